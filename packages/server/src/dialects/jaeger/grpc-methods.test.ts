// Jaeger's query services over gRPC, method by method, over the small world of query-contract.ts. That real clients reach
// them is in test/e2e.
import { decodeJaegerProto, decodeOtlpSpans, ProtobufReader, ProtobufWriter } from '@clew/codecs'
import { bytesFromHex, type Span } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spansOf } from '../../../../codecs/src/codec-contract.ts'
import type { GrpcMethods } from '../../grpc/method.ts'
import { parseProto } from '../../grpc/proto-parser.ts'
import { queryMethods } from './grpc-methods.ts'
import { type AskedJaeger, NOW_MS, ORDER, openJaeger, SHORT, START, WORLD } from './query-contract.ts'
import { QUERY_V2_PROTOS, QUERY_V3_PROTOS } from './query-protos.ts'

let jaeger: AskedJaeger
let methods: GrpcMethods
beforeAll(async () => {
  jaeger = await openJaeger()
  const clock = { nowMs: () => NOW_MS }
  methods = queryMethods({ queries: jaeger.queries, clock, maxClockSkewNanos: 0n })
})
afterAll(() => jaeger.stop())

async function ask(method: string, request: Uint8Array, tenant = 'default'): Promise<Uint8Array[]> {
  const served = methods[`/jaeger.${method}`]!
  const call = { tenant, metadata: {}, signal: new AbortController().signal }
  if (served.kind === 'unary') return [await served.call(request, call)]
  if (served.kind !== 'stream') throw new Error(`${method}: ${served.kind}`)
  const answers: Uint8Array[] = []
  for await (const answer of served.call(alone(request), call)) answers.push(answer)
  return answers
}

async function* alone(message: Uint8Array): AsyncGenerator<Uint8Array> {
  yield message
}

function message(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter()
  write(writer)
  return writer.copy()
}

interface Query {
  readonly service?: string
  readonly operation?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly from?: bigint
  readonly to?: bigint
  readonly minDuration?: bigint
  readonly depth?: number
  readonly raw?: boolean
  readonly filter?: boolean
}

function findTraces({ service, operation, tags = {}, from, to, minDuration, depth, raw, filter }: Query): Uint8Array {
  const time = (nano: bigint) =>
    message((writer) => {
      writer.int64Field(1, nano / 1_000_000_000n)
      writer.int64Field(2, nano % 1_000_000_000n)
    })
  const query = message((writer) => {
    if (service !== undefined) writer.stringField(1, service)
    if (operation !== undefined) writer.stringField(2, operation)
    for (const [key, value] of Object.entries(tags)) {
      const entry = message((inner) => {
        inner.stringField(1, key)
        inner.stringField(2, value)
      })
      writer.bytesField(3, entry)
    }
    if (from !== undefined) writer.bytesField(4, time(from))
    if (to !== undefined) writer.bytesField(5, time(to))
    if (minDuration !== undefined) writer.bytesField(6, time(minDuration))
    if (depth !== undefined) writer.uint32Field(8, depth)
    if (raw) writer.boolField(9, true)
    if (filter) writer.bytesField(10, new Uint8Array(0))
  })
  return message((writer) => writer.bytesField(1, query))
}

/** Of messages of v2: a chunk has the fields of a batch. */
const chunkSpans = (chunks: readonly Uint8Array[]) =>
  chunks.flatMap((chunk) => spansOf(decodeJaegerProto(message((writer) => writer.bytesField(1, chunk))).batch))
const otlpSpans = (answers: readonly Uint8Array[]) =>
  answers.flatMap((answer) => spansOf(decodeOtlpSpans(answer, 'protobuf').batch))

const byStart = (spans: readonly Span[]) => spans.toSorted((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano))
const ids = (spans: readonly Span[]) => [...new Set(spans.map(({ traceId }) => traceId))]
const EVER = { from: 0n, to: START + 60_000_000_000n }
const OF_ORDER = byStart(WORLD.filter(({ traceId }) => traceId === ORDER))

/** The texts of field `field`, or of field `inner` within its messages. */
function texts(answer: Uint8Array, field: number, inner?: number): string[] {
  const reader = new ProtobufReader('test', answer)
  const found: string[] = []
  while (reader.next()) {
    if (reader.field !== field) continue
    if (inner === undefined) found.push(reader.text())
    else found.push(...texts(answer.subarray(reader.valueStart, reader.valueEnd), inner))
  }
  return found
}

it('serves what reflection says there is', () => {
  const described = Object.entries({ ...QUERY_V2_PROTOS, ...QUERY_V3_PROTOS }).flatMap(([name, text]) => {
    const { package: of, services } = parseProto(name, text)
    return services.flatMap((service) => service.methods.map((method) => `/${of}.${service.name}/${method.name}`))
  })
  expect(described.toSorted()).toEqual(Object.keys(methods).toSorted())
})

describe('QueryService of api_v3', () => {
  it('gives a trace by its id, as OTLP', async () => {
    const request = (id: string, raw: boolean) =>
      message((writer) => {
        writer.stringField(1, id)
        writer.boolField(4, raw)
      })
    expect(byStart(otlpSpans(await ask('api_v3.QueryService/GetTrace', request(ORDER, true))))).toEqual(OF_ORDER)
    const adjusted = otlpSpans(await ask('api_v3.QueryService/GetTrace', request(ORDER, false)))
    expect(adjusted.map(({ spanId }) => spanId)).toContain('80000000000000b1')
    expect(ids(otlpSpans(await ask('api_v3.QueryService/GetTrace', request('48485a3953bb6124', false))))).toEqual([
      SHORT,
    ])
    await expect(ask('api_v3.QueryService/GetTrace', request('abc', false))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(ask('api_v3.QueryService/GetTrace', request('no', false))).rejects.toThrow('malformed trace ID')
    await expect(ask('api_v3.QueryService/GetTrace', new Uint8Array(0))).rejects.toThrow('trace_id: expected one')
  })

  it('finds traces and their summaries', async () => {
    const query = {
      ...EVER,
      service: 'stock',
      operation: 'SELECT items',
      tags: { zone: 'b' },
      minDuration: 1n,
      depth: 5,
    }
    const found = otlpSpans(await ask('api_v3.QueryService/FindTraces', findTraces({ ...query, raw: true })))
    expect(byStart(found)).toEqual(OF_ORDER)
    const [summaries] = await ask('api_v3.QueryService/FindTraceSummaries', findTraces(EVER))
    expect(texts(summaries!, 1, 1)).toEqual([ORDER, SHORT])
    expect(texts(summaries!, 1, 3)).toEqual(['GET /cart', 'nightly'])
    expect(await ask('api_v3.QueryService/FindTraces', findTraces({ ...EVER, service: 'nobody' }))).toEqual([])
    expect(await ask('api_v3.QueryService/FindTraceSummaries', findTraces({ ...EVER, service: 'nobody' }))).toEqual([])
  })

  it.each<[string, Uint8Array]>([
    ['query: expected one, got none', new Uint8Array(0)],
    ['query: start_time_min and start_time_max are required', findTraces({ from: 5n })],
    ['query.startTimeMax: expected a time after', findTraces({ from: 5n, to: 5n })],
    ['query.filter: structured filters are not taken', findTraces({ ...EVER, filter: true })],
    [
      'tags: expected at most 100',
      findTraces({ ...EVER, tags: Object.fromEntries(Array.from('x'.repeat(101), (_, i) => [`${i}`, ''])) }),
    ],
    ['query: expected at most 65536 characters', findTraces({ ...EVER, service: 'x'.repeat(65_537) })],
    ['limit: expected at most 1500 traces', findTraces({ ...EVER, depth: 1501 })],
  ])('refuses with %s', async (problem, request) => {
    await expect(ask('api_v3.QueryService/FindTraces', request)).rejects.toThrow(problem)
    await expect(ask('api_v3.QueryService/FindTraceSummaries', request)).rejects.toThrow(problem)
  })
})

describe('QueryService of api_v2', () => {
  it("gives a trace by the bytes of its id, as Jaeger's own spans", async () => {
    const request = (id: string) =>
      message((writer) => {
        writer.bytesField(1, bytesFromHex(id)!)
        writer.boolField(4, true)
      })
    const [first] = byStart(chunkSpans(await ask('api_v2.QueryService/GetTrace', request(ORDER))))
    expect(first).toMatchObject({ spanId: '00000000000000b1', kind: 'server', serviceName: 'stock' })
    expect(ids(chunkSpans(await ask('api_v2.QueryService/GetTrace', request(SHORT.slice(16)))))).toEqual([SHORT])
    await expect(ask('api_v2.QueryService/GetTrace', request('abcd'))).rejects.toThrow(
      'trace_id: expected 16 bytes, got 2',
    )
  })

  it('finds traces, of all time where no time is named', async () => {
    expect(ids(chunkSpans(await ask('api_v2.QueryService/FindTraces', findTraces({}))))).toEqual([ORDER, SHORT])
    expect(ids(chunkSpans(await ask('api_v2.QueryService/FindTraces', findTraces({ to: START - 1n }))))).toEqual([
      ORDER,
      SHORT,
    ])
    const before = findTraces({ to: START - 1_000_000_000n })
    expect(ids(chunkSpans(await ask('api_v2.QueryService/FindTraces', before)))).toEqual([SHORT])
  })
})

describe.each(['api_v2', 'api_v3'] as const)('names of %s', (version) => {
  const operations = version === 'api_v2' ? 2 : 1

  it('are listed', async () => {
    const [services] = await ask(`${version}.QueryService/GetServices`, new Uint8Array(0))
    expect(texts(services!, 1)).toEqual(['batch', 'shop', 'stock'])
    const ofStock = message((writer) => writer.stringField(1, 'stock'))
    const [all] = await ask(`${version}.QueryService/GetOperations`, ofStock)
    expect(texts(all!, operations, 1)).toEqual(['GET /stock', 'SELECT items'])
    if (version === 'api_v2') expect(texts(all!, 1)).toEqual(['GET /stock', 'SELECT items'])
    const clients = message((writer) => {
      writer.stringField(1, 'stock')
      writer.stringField(2, 'client')
    })
    const [some] = await ask(`${version}.QueryService/GetOperations`, clients)
    expect(texts(some!, operations, 1)).toEqual(['SELECT items'])
    await expect(ask(`${version}.QueryService/GetOperations`, new Uint8Array(0))).rejects.toThrow(
      'service: expected one',
    )
  })

  it('are nobody else’s', async () => {
    expect(await ask(`${version}.QueryService/GetServices`, new Uint8Array(0), 'other')).toEqual([new Uint8Array(0)])
    expect(await ask(`${version}.QueryService/FindTraces`, findTraces(EVER), 'other')).toEqual([])
  })
})
