// Zipkin in, every way its port takes spans; the native API and OTLP out. One trace of all formats is one trace, shared
// spans keep both halves, and OTLP says everything that was sent.
import { gzipSync } from 'node:zlib'
import { Client, credentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spansOf } from '../../packages/codecs/src/codec-contract.ts'
import { SPAN_CODECS } from '../../packages/codecs/src/registry.ts'
import {
  binary,
  i16,
  i32,
  i64,
  struct,
  structs,
  text,
  thriftList,
} from '../../packages/codecs/src/wire/thrift-values-contract.ts'
import { doorUrl, type NativeSpan, traceOf } from './ask-server.ts'
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

const now = (Date.now() - 60_000) * 1000

const frontend = { serviceName: 'Frontend', ipv4: '10.0.0.1' }
const backend = { serviceName: 'backend', ipv4: '10.0.0.2', port: 9000 }

/** A call whose both halves share a span, and spans without times. */
const spansOfTrace = (traceId: string) => [
  {
    traceId,
    id: '0000000000000001',
    kind: 'CLIENT',
    name: 'Get /API',
    timestamp: now,
    duration: 207_000,
    localEndpoint: frontend,
    remoteEndpoint: backend,
    annotations: [{ timestamp: now + 100, value: 'connected' }],
    tags: { 'http.method': 'GET', 'host.name': 'node-1' },
  },
  {
    traceId,
    id: '0000000000000001',
    kind: 'SERVER',
    name: 'Get /API',
    timestamp: now + 50_000,
    duration: 100_000,
    localEndpoint: backend,
    remoteEndpoint: frontend,
    tags: { error: 'no stock' },
    shared: true,
    debug: true,
  },
  {
    traceId,
    parentId: '0000000000000001',
    id: '0000000000000002',
    name: 'started',
    timestamp: now + 60_000,
    localEndpoint: backend,
  },
  { traceId, parentId: '0000000000000001', id: '0000000000000003', name: 'timeless', localEndpoint: backend },
]

describe('Zipkin in, native API out', () => {
  it('shows both halves of a shared span, names as written, and which times were never given', async () => {
    const traceId = newTraceId()
    await post('/api/v2/spans', JSON.stringify(spansOfTrace(traceId)), 'application/json')
    const { spans } = await traceOf(server, traceId, 4)
    const shared = spans.filter(({ spanId }) => spanId === '0000000000000001')
    expect(shared.map(({ service, name }) => [service, name]).sort()).toEqual([
      ['Frontend', 'Get /API'],
      ['backend', 'Get /API'],
    ])
    const server_ = shared.find(({ service }) => service === 'backend')!
    expect(server_).toMatchObject({ kind: 'server', status: { code: 'error', message: 'no stock' } })
    expect(durationMicros(server_)).toBe(100_000)
    expect(valuesOf(shared.find(({ service }) => service === 'Frontend')!)).toMatchObject({
      'http.method': 'GET',
      'peer.service': 'backend',
      'network.peer.address': '10.0.0.2',
    })
    const marksOf = (name: string) => spans.find((span) => span.name === name)!.marks
    expect(marksOf('started')).toContain('endAbsent')
    expect(marksOf('started')).not.toContain('startAbsent')
    expect(marksOf('timeless')).toEqual(expect.arrayContaining(['startAbsent', 'endAbsent']))
  })

  it('says in OTLP all that Zipkin said', async () => {
    const traceId = newTraceId()
    const sent = spansOfTrace(traceId)
    await post('/api/v2/spans', JSON.stringify(sent), 'application/json')
    await traceOf(server, traceId, 4)
    const response = await fetch(server.url(`/clew/v1/traces/${traceId}?format=otlp-proto`))
    const otlp = SPAN_CODECS['otlp-protobuf'].decodeSpans(new Uint8Array(await response.arrayBuffer()))
    const zipkinAgain = new TextDecoder().decode(SPAN_CODECS['zipkin-json-v2'].encodeSpans(spansOf(otlp.batch)))
    expect(sorted(JSON.parse(zipkinAgain))).toEqual(sorted(sent))
  })

  it('makes one trace of all formats and transports', async () => {
    const traceId = newTraceId()
    const [low, high] = [traceId.slice(16), traceId.slice(0, 16)]
    const json = (id: string) =>
      JSON.stringify([{ traceId, id: `000000000000000${id}`, name: id, timestamp: now, duration: 1 }])
    await post('/api/v2/spans', json('1'), undefined)
    await post('/api/v2/spans', gzipSync(json('2')), 'application/json', { 'content-encoding': 'gzip' })
    await post('/api/v1/spans', json('3'), 'application/json')
    await post('/api/v2/spans', protoSpan(traceId, 4), 'application/x-protobuf')
    const host = struct({ 1: i32(0x0a000001), 2: i16(80), 3: text('old') })
    const span = {
      1: idOf(low),
      3: text('5'),
      4: i64(5n),
      6: structs([{ 1: i64(BigInt(now)), 2: text('sr'), 3: host }]),
      8: structs([{ 1: text('key'), 2: binary(new TextEncoder().encode('value')), 3: i32(6), 4: host }]),
      12: idOf(high),
    }
    await post('/api/v1/spans', thriftList([span], 'binary'), 'application/x-thrift')
    await report(protoSpan(traceId, 6))
    const { spans } = await traceOf(server, traceId, 6)
    expect(spans.map(({ name }) => name).sort()).toEqual(['1', '2', '3', '4', '5', '6'])
    const old = spans.find(({ name }) => name === '5')!
    expect(old).toMatchObject({ service: 'old', kind: 'server' })
    expect(valuesOf(old)).toMatchObject({ key: 'value', 'zipkin.shared': true })
  })

  it('is asked with an empty list whether it is there', async () => {
    await post('/api/v2/spans', '[]', 'application/json')
  })
})

async function post(
  path: string,
  body: string | Uint8Array,
  type: string | undefined,
  headers: Record<string, string> = {},
) {
  // fetch gives a string a content type by itself; bytes have none.
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body)
  const response = await fetch(zipkin + path, {
    method: 'POST',
    headers: type === undefined ? headers : { ...headers, 'content-type': type },
    body: bytes,
  })
  expect([response.status, await response.text()]).toEqual([202, ''])
}

function report(body: Uint8Array): Promise<void> {
  const client = new Client(new URL(zipkin).host, credentials.createInsecure())
  const identity = (bytes: Uint8Array) => Buffer.from(bytes)
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest('/zipkin.proto3.SpanService/Report', identity, identity, body, (error) => {
      client.close()
      if (error === null) resolve()
      else reject(error)
    })
  })
}

/** A list of one span whose name is the last digit of its id. */
function protoSpan(traceId: string, id: number): Uint8Array {
  const digit = String(id)
  const time = Buffer.alloc(8)
  time.writeBigUInt64LE(BigInt(now))
  const span = Buffer.concat([
    Buffer.from(`0a10${traceId}1a08${digit.padStart(16, '0')}2a013${digit}31`, 'hex'),
    time,
    Buffer.from('3801', 'hex'),
  ])
  return Buffer.concat([Uint8Array.of(0x0a, span.length), span])
}

function idOf(hex: string) {
  return i64(BigInt(`0x${hex}`))
}

function sorted(spans: { id: string; kind?: string }[]): unknown {
  return spans.toSorted((a, b) => `${a.id}${a.kind}`.localeCompare(`${b.id}${b.kind}`))
}

function durationMicros({ startUnixNano, endUnixNano }: NativeSpan): number {
  return Number(BigInt(endUnixNano) - BigInt(startUnixNano)) / 1000
}

function valuesOf(span: NativeSpan): Record<string, unknown> {
  return Object.fromEntries(span.attributes.map(({ key, value }) => [key, value.value]))
}
