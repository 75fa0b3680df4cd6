// Jaeger in, every way its collector and its agent take spans; the native API out, and Jaeger's own words again from the
// OTLP that Clew gives.
import { createSocket } from 'node:dgram'
import { Client, credentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spansOf } from '../../packages/codecs/src/codec-contract.ts'
import type { JaegerProcess, JaegerSpan } from '../../packages/codecs/src/jaeger-model/jaeger-span.ts'
import { toJaegerSpan } from '../../packages/codecs/src/jaeger-model/to-jaeger-span.ts'
import { thriftBatch } from '../../packages/codecs/src/jaeger-thrift/thrift-batch-contract.ts'
import { SPAN_CODECS } from '../../packages/codecs/src/registry.ts'
import {
  i64,
  struct,
  structs,
  text,
  thriftCall,
  thriftStruct,
} from '../../packages/codecs/src/wire/thrift-values-contract.ts'
import { eventually, getJson, traceOf } from './ask-server.ts'
import { newTraceId } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

const STRATEGIES = { default_strategy: { type: 'ratelimiting', param: 3 } }

let server: ServerProcess
let checks: Record<string, { detail: string }>
beforeAll(async () => {
  server = await ServerProcess.start({ settings: { 'jaeger_sampling.strategies': JSON.stringify(STRATEGIES) } })
  checks = (await readiness()).checks
})
afterAll(async () => {
  await server?.remove()
})

const readiness = () => getJson<{ checks: Record<string, { detail: string }> }>(server, '/readyz')

/** Address of a door, which stands first in what it says of itself. */
function addressOf(door: string): string {
  return checks[`door ${door}`]!.detail.split(',')[0]!
}

const START = BigInt(Date.now() - 60_000) * 1_000_000n
const PROCESS: JaegerProcess = { serviceName: 'cart', tags: [{ key: 'hostname', type: 'string', value: 'node-1' }] }

function spanOf(traceId: string, spanId: string, name: string, more: Partial<JaegerSpan> = {}): JaegerSpan {
  return {
    traceId,
    spanId,
    operationName: name,
    references: [],
    flags: 1,
    startNano: START,
    durationNano: 5_000_000n,
    tags: [],
    logs: [],
    warnings: [],
    ...more,
  }
}

const batchOf = (span: JaegerSpan) => thriftBatch([{ span, process: PROCESS }])

async function post(body: Uint8Array): Promise<void> {
  const response = await fetch(`${addressOf('jaeger-http')}/api/traces?format=jaeger.thrift`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-thrift' },
    body: new Uint8Array(body),
  })
  expect(response.status).toBe(202)
}

async function sendDatagram(door: string, datagram: Uint8Array): Promise<void> {
  const { port } = new URL(addressOf(door))
  const socket = createSocket('udp4')
  await new Promise((resolve) => socket.send(datagram, Number(port), '127.0.0.1', resolve))
  await new Promise<void>((resolve) => socket.close(resolve))
}

function postSpans(body: Uint8Array): Promise<void> {
  const client = new Client(new URL(addressOf('jaeger-grpc')).host, credentials.createInsecure())
  const identity = (bytes: Uint8Array) => Buffer.from(bytes)
  return new Promise((resolve, reject) =>
    client.makeUnaryRequest(
      '/jaeger.api_v2.CollectorService/PostSpans',
      identity,
      identity,
      Buffer.from(body),
      (error) => {
        client.close()
        if (error) reject(error)
        else resolve()
      },
    ),
  )
}

describe('Jaeger in, native API out', () => {
  it('makes one trace of all formats and transports', async () => {
    const traceId = newTraceId()
    const low = BigInt.asIntN(64, BigInt(`0x${traceId.slice(16)}`))
    const high = BigInt.asIntN(64, BigInt(`0x${traceId.slice(0, 16)}`))
    const zipkinSpan = { 1: i64(low), 3: text('5'), 4: i64(5n), 10: i64(START / 1000n), 11: i64(5n), 12: i64(high) }
    const emitBatch = (spanId: string, name: string, protocol: 'binary' | 'compact') =>
      thriftCall('emitBatch', { 1: struct(batchOf(spanOf(traceId, spanId, name))) }, protocol)
    await post(thriftStruct(batchOf(spanOf(traceId, '0000000000000001', '1')), 'binary'))
    await sendDatagram('jaeger-compact', emitBatch('0000000000000002', '2', 'compact'))
    await sendDatagram('jaeger-binary', emitBatch('0000000000000003', '3', 'binary'))
    const [stored] = (await otlpOf(traceId, 3)).filter(({ name }) => name === '1')
    await postSpans(SPAN_CODECS['jaeger-proto'].encodeSpans([{ ...stored!, spanId: '0000000000000004', name: '4' }]))
    await sendDatagram('jaeger-compact', thriftCall('emitZipkinBatch', { 1: structs([zipkinSpan]) }, 'compact'))
    const { spans } = await traceOf(server, traceId, 5)
    expect(spans.map(({ name }) => name).sort()).toEqual(['1', '2', '3', '4', '5'])
    expect(spans.filter(({ service }) => service === 'cart')).toHaveLength(4)
  })

  it('says in OTLP all that Jaeger said', async () => {
    const traceId = newTraceId()
    const sent = spanOf(traceId, '00000000000000aa', 'charge', {
      references: [
        { type: 'FOLLOWS_FROM', traceId: newTraceId(), spanId: '00000000000000bb' },
        { type: 'CHILD_OF', traceId, spanId: '00000000000000cc' },
        { type: 'CHILD_OF', traceId, spanId: '00000000000000dd' },
      ],
      flags: 3,
      tags: [
        { key: 'otel.scope.name', type: 'string', value: 'shop' },
        { key: 'span.kind', type: 'string', value: 'client' },
        { key: 'otel.status_code', type: 'string', value: 'ERROR' },
        { key: 'error', type: 'bool', value: true },
        { key: 'amount', type: 'float64', value: 12.5 },
        { key: 'big', type: 'int64', value: 2n ** 62n },
        { key: 'bytes', type: 'binary', value: Uint8Array.from([1, 2]) },
      ],
      logs: [{ timestampNano: START + 1000n, fields: [{ key: 'event', type: 'string', value: 'retry' }] }],
    })
    await post(thriftStruct(batchOf(sent), 'binary'))
    const { spans } = await traceOf(server, traceId)
    expect(spans[0]).toMatchObject({
      name: 'charge',
      service: 'cart',
      kind: 'client',
      parentSpanId: '00000000000000cc',
      status: { code: 'error' },
    })
    const [again] = await otlpOf(traceId, 1)
    expect(toJaegerSpan(again!)).toEqual(sent)
    expect(again!.resource.attributes).toContainEqual({ key: 'host.name', value: { type: 'string', value: 'node-1' } })
  })

  it('finds a trace of 64 bits by its 16 digits', async () => {
    const short = newTraceId().slice(16)
    await post(thriftStruct(batchOf(spanOf(short.padStart(32, '0'), '0000000000000001', 'short')), 'binary'))
    expect((await traceOf(server, short)).spans).toHaveLength(1)
  })

  it('tells a client which traces to record', async () => {
    const response = await fetch(`${addressOf('sampling-http')}/sampling?service=cart`)
    expect(await response.json()).toEqual({
      strategyType: 'RATE_LIMITING',
      rateLimitingSampling: { maxTracesPerSecond: 3 },
    })
  })

  it('shows how many datagrams it could not take', async () => {
    await sendDatagram('jaeger-compact', Buffer.from('no thrift'))
    const dropped = /1 dropped \(last: DECODE_FAILED: jaeger thrift: byte 4: /
    await eventually(readiness, (ready) => dropped.test(ready.checks['door jaeger-compact']!.detail))
  })
})

async function otlpOf(traceId: string, spans: number) {
  await traceOf(server, traceId, spans)
  const response = await fetch(server.url(`/clew/v1/traces/${traceId}?format=otlp-proto`))
  return spansOf(SPAN_CODECS['otlp-protobuf'].decodeSpans(new Uint8Array(await response.arrayBuffer())).batch)
}
