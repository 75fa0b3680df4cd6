// OTLP in by every transport, encoding and compression; the native API, OTLP JSON and OTLP protobuf out. Nothing that was
// sent may be missing or changed.
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeLoad } from '../../bench/load/encode-load.ts'
import { expectTrace } from '../../bench/load/expected-answers.ts'
import { createLoad, traceIdOf } from '../../bench/load/load.ts'
import { Random } from '../../bench/load/random.ts'
import { openGrpc } from '../../bench/senders/grpc-sender.ts'
import { openHttp } from '../../bench/senders/http-sender.ts'
import { planRun } from '../../examples/demo/plan-run.ts'
import { flatten } from '../../examples/demo/planned-span.ts'
import { Telemetry } from '../../examples/demo/telemetry.ts'
import { eventually, getJson, search, sendJson, traceOf } from './ask-server.ts'
import { jsonSpan, newTraceId, text, tracesBody } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await ServerProcess.start()
})
afterAll(async () => {
  await server?.remove()
})

describe('OTLP in, native API out', () => {
  it('keeps every field of a JSON span, and gives it back as OTLP JSON', async () => {
    const traceId = newTraceId()
    const span = jsonSpan({
      traceId,
      parentSpanId: 'abcdef0123456789',
      traceState: 'vendor=1',
      flags: 257,
      name: 'everything',
      kind: 3,
      attributes: [
        text('text', 'value'),
        { key: 'int', value: { intValue: '9007199254740993' } },
        { key: 'double', value: { doubleValue: 1.5 } },
        { key: 'bool', value: { boolValue: true } },
        { key: 'bytes', value: { bytesValue: 'AAEC/w==' } },
        { key: 'array', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } } },
        { key: 'map', value: { kvlistValue: { values: [text('inner', 'x')] } } },
      ],
      droppedAttributesCount: 2,
      events: [{ timeUnixNano: '1700000000000000001', name: 'note', attributes: [text('k', 'v')] }],
      links: [{ traceId: newTraceId(), spanId: '0123456789abcdef', attributes: [text('l', 'w')] }],
      status: { code: 2, message: 'broken' },
    })
    expect((await sendJson(server, tracesBody('json-service', [span]))).status).toBe(200)
    await traceOf(server, traceId)
    const answer = await getJson<{ resourceSpans: { scopeSpans: { spans: object[] }[] }[] }>(
      server,
      `/clew/v1/traces/${traceId}?format=otlp-json`,
    )
    expect(answer.resourceSpans[0]!.scopeSpans[0]!.spans[0]).toMatchObject(span)
  })

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('takes bodies compressed with %s', async (encoding, compress) => {
    const traceId = newTraceId()
    const response = await fetch(server.otlpUrl('/v1/traces'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      body: new Uint8Array(compress(JSON.stringify(tracesBody('packed', [jsonSpan({ traceId })])))),
    })
    expect(response.status).toBe(200)
    expect((await traceOf(server, traceId)).spans[0]!.service).toBe('packed')
  })

  it.each(['http', 'grpc'] as const)('takes protobuf over %s and finds each trace whole', async (transport) => {
    const load = createLoad({ spans: 1500, seed: transport === 'http' ? 11 : 12, endMs: Date.now() })
    const connection =
      transport === 'http'
        ? await openHttp({ port: server.ports.otlpHttp, path: '/v1/traces' })
        : await openGrpc(server.ports.otlpGrpc)
    for (const body of encodeLoad(load))
      expect(await connection.post(body.bytes)).toMatchObject({ status: 200, rejected: false })
    connection.close()
    for (const index of [0, Math.floor(load.traceCount / 2), load.traceCount - 1]) {
      const expected = expectTrace(load, index)
      const found = await traceOf(server, traceIdOf(load, index), expected.spanCount)
      expect(found.spans).toHaveLength(expected.spanCount)
      const answer = await eventually(
        () => search(server, { attribute: `request.id = "${requestId(found)}"` }),
        ({ traces }) => traces.length === 1,
      )
      expect(answer.traces[0]).toMatchObject(expected)
    }
  })

  it('shows what a real SDK sends over gRPC, with parent, kind and exception', async () => {
    const provider = new NodeTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'grpc-sdk' }),
      spanProcessors: [
        new SimpleSpanProcessor(new GrpcTraceExporter({ url: `http://localhost:${server.ports.otlpGrpc}` })),
      ],
    })
    const tracer = provider.getTracer('test')
    const parent = tracer.startSpan('GET /orders', { kind: SpanKind.SERVER }, ROOT_CONTEXT)
    const context: Context = trace.setSpan(ROOT_CONTEXT, parent)
    const child = tracer.startSpan('SELECT orders', { kind: SpanKind.CLIENT }, context)
    child.recordException(new TypeError('no such column'))
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'no such column' })
    child.end()
    parent.end()
    await provider.shutdown()
    const { spans } = await traceOf(server, parent.spanContext().traceId, 2)
    expect(spans.find((span) => span.name === 'SELECT orders')).toMatchObject({
      parentSpanId: parent.spanContext().spanId,
      service: 'grpc-sdk',
      kind: 'client',
      status: { code: 'error', message: 'no such column' },
    })
    await eventually(
      () => getJson<{ services: { name: string }[] }>(server, '/clew/v1/services'),
      ({ services }) => services.some(({ name }) => name === 'grpc-sdk'),
    )
  })

  it('shows the demo as one trace over five services, with its logs', async () => {
    const run = planRun(new Random(5))
    const telemetry = new Telemetry(server.otlpUrl(''))
    const traceId = telemetry.record(run, Date.now() - 20_000)
    await telemetry.stop()
    const planned = flatten(run)
    const { spans } = await traceOf(server, traceId, planned.length)
    expect(spans.map((span) => span.name).sort()).toEqual(planned.map((span) => span.name).sort())
    expect(new Set(spans.map((span) => span.service)).size).toBe(5)
    const lines = planned.flatMap((span) => span.logs).length
    const { logs } = await eventually(
      () => getJson<{ logs: object[] }>(server, `/clew/v1/traces/${traceId}/logs`),
      (answer) => answer.logs.length === lines,
    )
    expect(logs).toHaveLength(lines)
  })

  it('says which spans it did not take, and keeps the others', async () => {
    const good = jsonSpan()
    const bad = jsonSpan({ spanId: '0000000000000000' })
    const response = await sendJson(server, tracesBody('partly', [bad, good]))
    expect(response.status).toBe(200)
    const { partialSuccess } = (await response.json()) as {
      partialSuccess: { rejectedSpans: string; errorMessage: string }
    }
    expect(String(partialSuccess.rejectedSpans)).toBe('1')
    expect(partialSuccess.errorMessage).toMatch(/span.*id/i)
    expect((await traceOf(server, good.traceId)).spans).toHaveLength(1)
  })

  it('answers bytes that are no request with 400 and a google.rpc.Status', async () => {
    const response = await fetch(server.otlpUrl('/v1/traces'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"resourceSpans": 7}',
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('resourceSpans') })
  })
})

function requestId(found: {
  spans: readonly { attributes: readonly { key: string; value: { value?: unknown } }[] }[]
}): string {
  return String(found.spans[0]!.attributes.find(({ key }) => key === 'request.id')!.value.value)
}
