// Every format of spans in through POST /clew/v1/import, and OTLP (both encodings) and the native API out: what a format
// can say of a span is there again, and `clew convert` says the same of the same file. And one trace from four systems.
import { type DocumentFormat, decodeOtlpSpans, SpanDocument } from '@clew/codecs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spansOf } from '../../packages/codecs/src/codec-contract.ts'
import { convert } from '../../packages/server/src/cli/convert.ts'
import { traceOf } from './ask-server.ts'
import { jsonSpan, newSpanId, newTraceId, text, tracesBody } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await ServerProcess.start()
})
afterAll(async () => {
  await server?.remove()
})

interface ImportAnswer {
  readonly format: string
  readonly stored: number
  readonly rejected: number
}

async function importFile(body: Uint8Array | string, query = ''): Promise<ImportAnswer> {
  const response = await fetch(server.url(`/clew/v1/import${query}`), { method: 'POST', body: Buffer.from(body) })
  const answer = (await response.json()) as ImportAnswer
  expect({ status: response.status, answer }).toMatchObject({ status: 200 })
  return answer
}

/** A root and a failed child of the last minute, whole in microseconds, in the resource `service`. */
function twoSpans(traceId: string, service: string) {
  const startMs = Date.now() - 60_000
  const nanos = (ms: number) => String(BigInt(startMs + ms) * 1_000_000n)
  const root = jsonSpan({
    ...{ traceId, name: 'GET /checkout', kind: 2, attributes: [text('http.route', '/checkout')] },
    ...{ startTimeUnixNano: nanos(0), endTimeUnixNano: nanos(80) },
  })
  const child = jsonSpan({
    ...{ traceId, parentSpanId: root.spanId, name: 'SELECT', kind: 3, attributes: [text('db.system.name', 'mysql')] },
    ...{ startTimeUnixNano: nanos(10), endTimeUnixNano: nanos(35) },
    events: [{ timeUnixNano: nanos(20), name: 'retry' }],
    status: { code: 2, message: 'no such table' },
  })
  return { root, child, body: tracesBody(service, [root, child]) }
}

/** The document of a format, as `clew convert` writes it. */
function documentOf(format: DocumentFormat, body: object): Uint8Array {
  const document = new SpanDocument(format)
  const { batch } = decodeOtlpSpans(new TextEncoder().encode(JSON.stringify(body)), 'json')
  return new Uint8Array(Buffer.concat([...document.add(batch), document.end()]))
}

const hexText = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(/[^0-9a-f]/g, ''), 'hex'))
const words = (value: string) => Buffer.from(value).toString('hex')
const i64 = (value: bigint) => value.toString(16).padStart(16, '0')

/** Without an encoder: one span each, by hand (zipkinCore.thrift and jaeger.thrift, binary protocol). */
function zipkinThrift(traceId: string, spanId: string, micros: bigint): Uint8Array {
  const [high, low] = [traceId.slice(0, 16), traceId.slice(16)]
  return hexText(
    `0c 00000001 0a0001 ${low} 0b0003 00000006 ${words('thrift')} 0a0004 ${spanId} 0a000a ${i64(micros)} 0a000b ${i64(25_000n)} 0a000c ${high} 00`,
  )
}

function jaegerThrift(traceId: string, spanId: string, micros: bigint): Uint8Array {
  const [high, low] = [traceId.slice(0, 16), traceId.slice(16)]
  const process = `0c0001 0b0001 00000004 ${words('shop')} 00`
  const span = `0a0001 ${low} 0a0002 ${high} 0a0003 ${spanId} 0a0004 ${i64(0n)} 0b0005 00000006 ${words('thrift')} 080007 00000001 0a0008 ${i64(micros)} 0a0009 ${i64(25_000n)} 00`
  return hexText(`${process} 0f0002 0c 00000001 ${span} 00`)
}

interface OtlpAnswer {
  readonly resourceSpans: readonly { scopeSpans: readonly { spans: readonly Record<string, unknown>[] }[] }[]
}

async function otlpJson(traceId: string): Promise<Record<string, unknown>[]> {
  const response = await fetch(server.url(`/clew/v1/traces/${traceId}?format=otlp-json`))
  const { resourceSpans } = (await response.json()) as OtlpAnswer
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
}

async function otlpProtobuf(traceId: string) {
  const response = await fetch(server.url(`/clew/v1/traces/${traceId}?format=otlp-proto`))
  return spansOf(decodeOtlpSpans(new Uint8Array(await response.arrayBuffer()), 'protobuf').batch)
}

const FORMATS = [
  ['otlp-json', 'otlp-json'],
  ['otlp-json-lines', 'otlp-json'],
  ['otlp-protobuf', 'otlp-protobuf'],
  ['zipkin-json-v1', 'zipkin-json-v1'],
  ['zipkin-json-v2', 'zipkin-json-v2'],
  ['zipkin-proto', 'zipkin-proto'],
  ['jaeger-json', 'jaeger-json'],
  ['jaeger-proto', 'jaeger-proto'],
  ['newrelic', 'newrelic'],
] as const

describe('formats in, OTLP and native out', () => {
  it.each(FORMATS)('%s', async (document, format) => {
    const traceId = newTraceId()
    const { root, child, body } = twoSpans(traceId, 'shop')
    const file = documentOf(document, body)
    expect(await importFile(file)).toEqual({ format, stored: 2, repeated: 0, rejected: 0, notices: [] })

    const { spans } = await traceOf(server, traceId, 2)
    const native = (id: string) => spans.find(({ spanId }) => spanId === id)!
    expect(native(root.spanId)).toMatchObject({
      ...{ name: 'GET /checkout', kind: 'server', service: 'shop', parentSpanId: null },
      ...{ startUnixNano: root.startTimeUnixNano, endUnixNano: root.endTimeUnixNano, status: { code: 'unset' } },
    })
    expect(native(root.spanId).attributes).toContainEqual({
      key: 'http.route',
      value: { type: 'string', value: '/checkout' },
    })
    expect(native(child.spanId)).toMatchObject({
      ...{ name: 'SELECT', kind: 'client', service: 'shop', parentSpanId: root.spanId },
      ...{ startUnixNano: child.startTimeUnixNano, endUnixNano: child.endTimeUnixNano },
      status: { code: 'error', message: 'no such table' },
    })

    const protobuf = await otlpProtobuf(traceId)
    expect(protobuf.find(({ spanId }) => spanId === child.spanId)).toMatchObject({
      ...{ name: 'SELECT', kind: 'client', parentSpanId: root.spanId },
      events: [{ name: 'retry', timeUnixNano: BigInt(child.startTimeUnixNano) + 10_000_000n }],
    })
    expect((await otlpJson(traceId)).find(({ spanId }) => spanId === child.spanId)).toMatchObject({
      ...{ name: 'SELECT', kind: 3, parentSpanId: root.spanId, status: { code: 2, message: 'no such table' } },
      ...{ startTimeUnixNano: child.startTimeUnixNano, endTimeUnixNano: child.endTimeUnixNano },
    })

    const written: Uint8Array[] = []
    await convert({ to: 'otlp-protobuf' }, chunksOf(file), async (bytes) => {
      written.push(bytes)
    })
    const converted = spansOf(decodeOtlpSpans(new Uint8Array(Buffer.concat(written)), 'protobuf').batch)
    expect(byId(converted)).toEqual(byId(protobuf))
  })

  it.each([
    ['zipkin-thrift', zipkinThrift],
    ['jaeger-thrift-binary', jaegerThrift],
  ] as const)('%s', async (format, encode) => {
    const [traceId, spanId] = [newTraceId(), newSpanId()]
    const micros = BigInt(Date.now() - 60_000) * 1000n
    expect(await importFile(encode(traceId, spanId, micros))).toMatchObject({ format, stored: 1 })
    const expected = { name: 'thrift', startTimeUnixNano: micros * 1000n, endTimeUnixNano: (micros + 25_000n) * 1000n }
    const { spans } = await traceOf(server, traceId)
    expect(spans[0]).toMatchObject({ spanId, name: 'thrift', startUnixNano: String(micros * 1000n) })
    expect(await otlpProtobuf(traceId)).toMatchObject([expected])
    expect(await otlpJson(traceId)).toMatchObject([{ spanId, name: 'thrift' }])
  })

  it('assembles one trace from OpenTelemetry, Zipkin, Jaeger and New Relic', async () => {
    const traceId = newTraceId()
    const startMs = Date.now() - 60_000
    const systems = ['otlp-protobuf', 'zipkin-json-v2', 'jaeger-json', 'newrelic'] as const
    const spans = systems.map((_, i) => ({
      ...jsonSpan({ traceId, name: `step ${i}`, kind: 2 }),
      startTimeUnixNano: String(BigInt(startMs + i) * 1_000_000n),
      endTimeUnixNano: String(BigInt(startMs + 50 - i) * 1_000_000n),
    }))
    for (const [i, format] of systems.entries()) {
      const span = { ...spans[i]!, ...(i === 0 ? {} : { parentSpanId: spans[i - 1]!.spanId }) }
      const answer = await importFile(documentOf(format, tracesBody(format, [span])))
      expect(answer).toMatchObject({ format, stored: 1 })
    }
    const trace = await traceOf(server, traceId, 4)
    const found = spans.map(({ spanId }) => trace.spans.find((span) => span.spanId === spanId)!)
    expect(found.map(({ service }) => service)).toEqual([...systems])
    expect(found.map(({ parentSpanId }) => parentSpanId)).toEqual([null, ...spans.slice(0, 3).map((it) => it.spanId)])
  })

  it('knows a file that is sent again', async () => {
    const file = documentOf('zipkin-json-v2', twoSpans(newTraceId(), 'again').body)
    expect(await importFile(file)).toMatchObject({ stored: 2, repeated: 0 })
    expect(await importFile(file)).toMatchObject({ stored: 0, repeated: 2 })
  })
})

async function* chunksOf(file: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += 100) yield file.subarray(at, at + 100)
}

function byId<T extends { readonly spanId: string }>(spans: readonly T[]): T[] {
  return spans.toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1))
}
