// Every format of spans in, Zipkin's query API out: what a format can say of ids, kinds, times, status, events, links and
// values is there in Zipkin's words, and search finds it. A trace of 10,000 spans comes whole.
import type { Span } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spansOf } from '../../packages/codecs/src/codec-contract.ts'
import { SPAN_CODECS } from '../../packages/codecs/src/registry.ts'
import { attributesOf, exampleSpan } from '../../packages/server/src/testing/example-spans.ts'
import { doorUrl, eventually } from './ask-server.ts'
import { newTraceId } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

let server: ServerProcess
let zipkin: string
beforeAll(async () => {
  server = await ServerProcess.start()
  zipkin = (await doorUrl(server, 'zipkin')).origin
})
afterAll(async () => {
  await server?.remove()
})

interface ZipkinJson {
  readonly id: string
  readonly kind?: string
  readonly name?: string
  readonly localEndpoint?: { readonly serviceName?: string }
  readonly remoteEndpoint?: { readonly serviceName?: string }
}

const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const
const START = BigInt(Date.now() - 60_000) * 1_000_000n

/** One span of each kind, below the first, with all that a span may have; whole in microseconds. */
function spansOfTrace(traceId: string): Span[] {
  return KINDS.map((kind, i) =>
    exampleSpan({
      ...{ traceId, kind, spanId: `000000000000000${i + 1}`, parentSpanId: i === 0 ? '' : '0000000000000001' },
      ...{ serviceName: `Shop-${kind}`, name: `GET /${kind} 한국어 🧵` },
      ...{ startTimeUnixNano: START + BigInt(i) * 1000n, endTimeUnixNano: START + BigInt(i) * 1000n + 5_000_000n },
      attributes: attributesOf({
        ...{ 'http.method': 'GET', count: 2n ** 60n, ratio: 0.25, cached: true, text: 'å "quoted"\n' },
        list: {
          type: 'array',
          values: [
            { type: 'int', value: 1n },
            { type: 'string', value: 'b' },
          ],
        },
      }),
      events: [{ timeUnixNano: START + 7_000n, name: 'retry', attributes: [], droppedAttributesCount: 0 }],
      links: [
        ...[{ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceState: '', flags: 0, attributes: [] }].map(
          (link) => ({ ...link, droppedAttributesCount: 0 }),
        ),
      ],
      status: i === 2 ? { code: 'error', message: 'no stock' } : { code: 'unset', message: '' },
    }),
  )
}

async function getJson<T>(path: string): Promise<T> {
  const response = await fetch(zipkin + path)
  const text = await response.text()
  if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${text}`)
  return JSON.parse(text) as T
}

async function importSpans(body: Uint8Array, format: string): Promise<void> {
  const url = server.url(`/clew/v1/import?format=${format}`)
  const response = await fetch(url, { method: 'POST', body: Buffer.from(body) })
  expect(response.status, await response.text()).toBe(200)
}

const traceOf = (traceId: string, spans: number) =>
  eventually(
    () => getJson<ZipkinJson[]>(`/api/v2/trace/${traceId}`),
    (trace) => trace.length === spans,
  )

/** The same names as Zipkin keeps them. */
const lowered = ({ localEndpoint: local, remoteEndpoint: remote, ...span }: ZipkinJson) => ({
  ...span,
  name: span.name?.toLowerCase(),
  ...(local && { localEndpoint: { ...local, serviceName: local.serviceName?.toLowerCase() } }),
  ...(remote && { remoteEndpoint: { ...remote, serviceName: remote.serviceName?.toLowerCase() } }),
})

describe('formats in, Zipkin out', () => {
  it.each([
    'otlp-protobuf',
    'otlp-json',
    'zipkin-json-v1',
    'zipkin-json-v2',
    'zipkin-proto',
    'jaeger-json',
    'jaeger-proto',
    'newrelic',
  ] as const)('%s', async (format) => {
    const traceId = newTraceId()
    const codec = SPAN_CODECS[format]
    const body = codec.encodeSpans(spansOfTrace(traceId))
    await importSpans(body, format)
    const answered = await traceOf(traceId, KINDS.length)
    const carried = spansOf(codec.decodeSpans(body).batch)
    const written = new TextDecoder().decode(SPAN_CODECS['zipkin-json-v2'].encodeSpans(carried))
    const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id)
    expect(answered.toSorted(byId)).toEqual((JSON.parse(written) as ZipkinJson[]).map(lowered).sort(byId))
    expect(answered.map(({ kind = 'internal' }) => kind.toLowerCase()).sort()).toEqual([...KINDS].sort())
  })

  it('search finds a trace by what it says on different spans', async () => {
    const traceId = newTraceId()
    await importSpans(SPAN_CODECS['otlp-protobuf'].encodeSpans(spansOfTrace(traceId)), 'otlp-protobuf')
    await traceOf(traceId, KINDS.length)
    const found = async (question: Record<string, string>) => {
      const traces = await getJson<{ traceId: string }[][]>(`/api/v2/traces?${new URLSearchParams(question)}`)
      return traces.some(([span]) => span!.traceId === traceId)
    }
    const limit = '100'
    // A block is searched once the store has all of it: a moment after its traces can be read.
    await eventually(() => found({ limit, spanName: 'get /server 한국어 🧵', annotationQuery: 'error' }), Boolean)
    expect(await found({ limit, serviceName: 'SHOP-client', annotationQuery: 'error and retry' })).toBe(true)
    expect(await found({ limit, serviceName: 'shop-server', annotationQuery: 'error' })).toBe(false)
    expect(await found({ limit, annotationQuery: 'count=1152921504606846976', minDuration: '5000' })).toBe(true)
    expect(await getJson('/api/v2/spans?serviceName=shop-client')).toContain('get /client 한국어 🧵')
  })

  it('gives a trace of 10,000 spans whole', async () => {
    const traceId = newTraceId()
    const spans = Array.from({ length: 10_000 }, (_, i) =>
      exampleSpan({ traceId, spanId: (i + 1).toString(16).padStart(16, '0'), startTimeUnixNano: START + BigInt(i) }),
    )
    await importSpans(SPAN_CODECS['otlp-protobuf'].encodeSpans(spans), 'otlp-protobuf')
    const answered = await traceOf(traceId, spans.length)
    expect(new Set(answered.map(({ id }) => id)).size).toBe(spans.length)
  })

  it('answers beside its page as it answers programs', async () => {
    const health = await getJson<{ status: string }>('/health')
    expect(health.status).toBe('UP')
    expect(await getJson('/zipkin/api/v2/services')).toEqual(await getJson('/api/v2/services'))
    const unknown = await fetch(`${zipkin}/api/v2/trace/1`)
    expect([unknown.status, await unknown.text()]).toEqual([404, '0000000000000001 not found\n'])
  })
})
