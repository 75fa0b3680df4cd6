// Every format of spans in, Jaeger's query API out, versions 1 and 3: v3 gives what the format said as it came, v1 all of
// it that Jaeger's JSON can say; searches find it. A trace of 10,000 spans comes whole, and the server's half of a shared
// span hangs below the client's.
import { ProtobufWriter } from '@clew/codecs'
import { bytesFromHex, type Span } from '@clew/model'
import { Client, credentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spansOf } from '../../packages/codecs/src/codec-contract.ts'
import { SPAN_CODECS } from '../../packages/codecs/src/registry.ts'
import { attributesOf, exampleSpan } from '../../packages/server/src/testing/example-spans.ts'
import { doorUrl, eventually } from './ask-server.ts'
import { newTraceId } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

let server: ServerProcess
let jaeger: string
beforeAll(async () => {
  server = await ServerProcess.start()
  jaeger = (await doorUrl(server, 'jaeger-query')).origin
})
afterAll(async () => {
  await server?.remove()
})

const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const
const START = BigInt(Date.now() - 60_000) * 1_000_000n

/** One span of each kind, below the first, with all that a span may have; whole in microseconds. */
function spansOfTrace(traceId: string): Span[] {
  return KINDS.map((kind, i) =>
    exampleSpan({
      ...{ traceId, kind, spanId: `000000000000000${i + 1}`, parentSpanId: i === 0 ? '' : '0000000000000001' },
      ...{ serviceName: `Shop-${kind}`, name: `GET /${kind} 한국어 🧵`, flags: 1 },
      ...{ startTimeUnixNano: START + BigInt(i) * 1000n, endTimeUnixNano: START + BigInt(i) * 1000n + 5_000_000n },
      attributes: attributesOf({
        ...{ 'http.method': 'GET', count: 2n ** 60n, ratio: 0.25, cached: true, text: 'å "quoted"\n', of: traceId },
        list: { type: 'array', values: attributesOf({ a: 1n, b: 'b' }).map(({ value }) => value) },
      }),
      events: [{ timeUnixNano: START + 7_000n, name: 'retry', attributes: [], droppedAttributesCount: 0 }],
      links: [
        {
          ...{ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceState: '', flags: 0 },
          ...{ attributes: [], droppedAttributesCount: 0 },
        },
      ],
      status: i === 2 ? { code: 'error', message: 'no stock' } : { code: 'unset', message: '' },
    }),
  )
}

async function ask(path: string): Promise<Uint8Array> {
  const response = await fetch(jaeger + path)
  const body = new Uint8Array(await response.arrayBuffer())
  if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${Buffer.from(body)}`)
  return body
}

const v1Spans = (body: Uint8Array) => byId(spansOf(SPAN_CODECS['jaeger-json'].decodeSpans(body).batch))

function v3Spans(body: Uint8Array): Span[] {
  const { result } = JSON.parse(Buffer.from(body).toString()) as { result: object }
  return byId(spansOf(SPAN_CODECS['otlp-json'].decodeSpans(Buffer.from(JSON.stringify(result))).batch))
}

function byId(spans: readonly Span[]): Span[] {
  return spans.toSorted((a, b) => (a.spanId + a.kind < b.spanId + b.kind ? -1 : 1))
}

async function importSpans(body: Uint8Array, format: string): Promise<void> {
  const url = server.url(`/clew/v1/import?format=${format}`)
  const response = await fetch(url, { method: 'POST', body: Buffer.from(body) })
  expect(response.status, await response.text()).toBe(200)
}

/** As it came, in the words of v1, when all its spans are visible. */
const traceOf = (traceId: string, spans: number, more = '') =>
  eventually(
    async () => v1Spans(await ask(`/api/traces/${traceId}?raw=true${more}`)),
    (trace) => trace.length === spans,
  )

function field(number: number, value: Uint8Array): Uint8Array {
  const writer = new ProtobufWriter()
  writer.bytesField(number, value)
  return writer.copy()
}

/** GetTraceRequest of both versions, for the trace as it came. */
function request(traceId: Uint8Array): Uint8Array {
  const raw = new ProtobufWriter()
  raw.boolField(4, true)
  return Buffer.concat([field(1, traceId), raw.copy()])
}

async function callStream(version: 'api_v2' | 'api_v3', message: Uint8Array): Promise<Uint8Array[]> {
  const { host } = await doorUrl(server, 'jaeger-query-grpc')
  const client = new Client(host, credentials.createInsecure())
  const identity = (bytes: Uint8Array) => Buffer.from(bytes)
  const path = `/jaeger.${version}.QueryService/GetTrace`
  const answers: Uint8Array[] = []
  try {
    const stream = client.makeServerStreamRequest(path, identity, (bytes) => new Uint8Array(bytes), message)
    for await (const answer of stream) answers.push(answer as Uint8Array)
    return answers
  } finally {
    client.close()
  }
}

interface Summary {
  readonly traceId: string
  readonly spanCount: number
  readonly errorSpanCount?: number
}

async function summaries(query: Record<string, string>): Promise<readonly Summary[]> {
  const times = {
    startTimeMin: new Date(Date.now() - 600_000).toISOString(),
    startTimeMax: new Date(Date.now() + 1000).toISOString(),
  }
  const named = Object.entries({ ...times, ...query }).map(([key, value]): [string, string] => [`query.${key}`, value])
  const body = await ask(`/api/v3/trace-summaries?${new URLSearchParams(named)}`)
  return (JSON.parse(Buffer.from(body).toString()) as { summaries?: Summary[] }).summaries ?? []
}

describe('formats in, Jaeger out', () => {
  it.each([
    'otlp-protobuf',
    'otlp-json',
    'jaeger-proto',
    'jaeger-json',
    'zipkin-json-v2',
    'zipkin-json-v1',
    'zipkin-proto',
    'newrelic',
  ] as const)('%s', async (format) => {
    const traceId = newTraceId()
    const { decodeSpans, encodeSpans } = SPAN_CODECS[format]
    const body = encodeSpans(spansOfTrace(traceId))
    const said = byId(spansOf(decodeSpans(body).batch))
    expect(said.map(({ kind }) => kind).toSorted()).toContain('server')
    await importSpans(body, format)

    const sayable = v1Spans(SPAN_CODECS['jaeger-json'].encodeSpans(said))
    expect(await traceOf(traceId, said.length)).toEqual(sayable)
    expect(await traceOf(traceId, said.length, '&prettyPrint=true')).toEqual(sayable)
    expect(v3Spans(await ask(`/api/v3/traces/${traceId}?rawTraces=true`))).toEqual(said)

    const failed = said.find(({ status }) => status.code === 'error')!
    const found = await eventually(
      () => summaries({ serviceName: failed.serviceName, attributes: JSON.stringify({ of: traceId }) }),
      ({ length }) => length > 0,
    )
    expect(found).toMatchObject([{ traceId, spanCount: said.length, errorSpanCount: 1 }])
    const tags = JSON.stringify({ of: traceId, cached: 'true', error: 'true' })
    const search = new URLSearchParams({ service: failed.serviceName, operation: failed.name, tags, raw: 'true' })
    expect(v1Spans(await ask(`/api/traces?${search}`))).toEqual(sayable)
  })

  it('gives the same over gRPC', async () => {
    const traceId = newTraceId()
    const body = SPAN_CODECS['otlp-protobuf'].encodeSpans(spansOfTrace(traceId))
    const said = byId(spansOf(SPAN_CODECS['otlp-protobuf'].decodeSpans(body).batch))
    await importSpans(body, 'otlp-protobuf')
    await traceOf(traceId, said.length)
    const asText = await callStream('api_v3', request(Buffer.from(traceId)))
    expect(byId(asText.flatMap((data) => spansOf(SPAN_CODECS['otlp-protobuf'].decodeSpans(data).batch)))).toEqual(said)
    const asBytes = await callStream('api_v2', request(bytesFromHex(traceId)!))
    const posts = asBytes.map((chunk) => field(1, chunk))
    const sayable = spansOf(
      SPAN_CODECS['jaeger-proto'].decodeSpans(SPAN_CODECS['jaeger-proto'].encodeSpans(said)).batch,
    )
    expect(byId(posts.flatMap((post) => spansOf(SPAN_CODECS['jaeger-proto'].decodeSpans(post).batch)))).toEqual(
      byId(sayable),
    )
  })

  it('gives the half of the server its own id, and says what it did to a span', async () => {
    const traceId = newTraceId().replace(/^.{16}/, '0'.repeat(16))
    const half = { traceId, spanId: '00000000000000ff', parentSpanId: '' }
    const times = { startTimeUnixNano: START, endTimeUnixNano: START + 9_000_000n }
    const client = exampleSpan({ ...half, ...times, kind: 'client', serviceName: 'caller' })
    const called = exampleSpan({ ...half, ...times, kind: 'server', serviceName: 'called' })
    await importSpans(SPAN_CODECS['zipkin-json-v2'].encodeSpans([client]), 'zipkin-json-v2')
    await importSpans(SPAN_CODECS['otlp-protobuf'].encodeSpans([called]), 'otlp-protobuf')
    await traceOf(traceId.slice(16), 2)
    const [first, second] = v1Spans(await ask(`/api/traces/${traceId.slice(16)}`))
    expect([first!.spanId, first!.kind]).toEqual(['00000000000000ff', 'client'])
    expect([second!.spanId, second!.kind]).toEqual(['80000000000000ff', 'server'])
    expect(second!.parentSpanId).toBe(first!.spanId)
  })

  it('gives a trace of 10,000 spans whole', async () => {
    const traceId = newTraceId()
    const count = 10_000
    const spans = Array.from({ length: count }, (_, i) =>
      exampleSpan({
        ...{ traceId, spanId: (i + 1).toString(16).padStart(16, '0'), serviceName: 'long' },
        ...{ startTimeUnixNano: START + BigInt(i), endTimeUnixNano: START + BigInt(i) + 1000n },
        parentSpanId:
          i === 0
            ? ''
            : Math.ceil(i / 2)
                .toString(16)
                .padStart(16, '0'),
      }),
    )
    await importSpans(SPAN_CODECS['otlp-protobuf'].encodeSpans(spans), 'otlp-protobuf')
    expect(await traceOf(traceId, count)).toHaveLength(count)
    expect(new Set(v3Spans(await ask(`/api/v3/traces/${traceId}`)).map(({ spanId }) => spanId)).size).toBe(count)
  })
})
