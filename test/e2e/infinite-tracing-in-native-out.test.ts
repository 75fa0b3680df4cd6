// An agent of New Relic in, as its protocol has it: connect and harvest over TLS, streams over TLS and in plain text; the
// native API out. What it was told is stored must be there after a kill, once, and under its name.
import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Client, type ClientDuplexStream, credentials, Metadata, type StatusObject } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  decodeRecordStatus,
  encodeAgentBatch,
  encodeAgentSpan,
  intrinsics,
  type TestSpan,
} from '../../packages/codecs/src/infinite-tracing/trace-v1-contract.ts'
import { doorUrl, eventually, getJson, type NativeSpan, traceOf } from './ask-server.ts'
import { newTraceId } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

const LICENSE = '0123456789012345678901234567890123456789'
const GZIP = 2

let server: ServerProcess
let authority: Buffer
/** Another one after a restart. */
const tlsUrl = () => doorUrl(server, 'tls')
beforeAll(async () => {
  server = await ServerProcess.start({ settings: { 'tls.mode': 'auto' } })
  await tlsUrl()
  authority = await readFile(join(server.dataDir, 'tls', 'authority.pem'))
})
afterAll(async () => {
  await server?.remove()
})

describe('an agent in, native API out', () => {
  it('shows what was streamed over TLS, compressed, under the name the agent connected with', async () => {
    const traceId = newTraceId()
    const run = await connect('shop')
    const stream = await openStream('SpanBatch', { agent_run_token: run, license_key: LICENSE })
    const spans: TestSpan[] = [
      {
        traceId,
        intrinsics: intrinsics('00000000000000a1', { 'nr.entryPoint': true, name: 'WebTransaction/Go/order' }),
      },
      {
        traceId,
        intrinsics: intrinsics('00000000000000a2', {
          parentId: '00000000000000a1',
          category: 'datastore',
          duration: 1.5,
        }),
        agent: { 'db.system': 'Postgres', 'error.message': 'no stock', 'error.class': 'StockError' },
        user: { cents: 1234 },
      },
    ]
    expect(await stream.send(encodeAgentBatch(spans))).toBe(1)
    const found = await traceOf(server, traceId, 2)
    const byId = (id: string) => found.spans.find(({ spanId }) => spanId === id)!
    expect(byId('00000000000000a1')).toMatchObject({ service: 'shop', parentSpanId: null, kind: 'server' })
    const query = byId('00000000000000a2')
    expect(query).toMatchObject({ kind: 'client', status: { code: 'error', message: 'no stock' } })
    expect(BigInt(query.endUnixNano) - BigInt(query.startUnixNano)).toBe(1_500_000_000n)
    expect(attributesOf(query)).toMatchObject({ 'db.system': 'Postgres', cents: '1234', category: 'datastore' })
    expect((await stream.finish()).code).toBe(0)
  })

  it('takes single spans in plain text on the OTLP port, under the name the span has', async () => {
    const traceId = newTraceId()
    const stream = await openStream('Span', { license_key: LICENSE }, 'plain')
    for (let i = 1; i <= 3; i++)
      await stream.send(
        encodeAgentSpan({ traceId, intrinsics: intrinsics(`00000000000000b${i}`, { appName: 'billing' }) }),
      )
    await stream.finish()
    expect((await traceOf(server, traceId, 3)).spans.map(({ service }) => service)).toEqual(Array(3).fill('billing'))
  })

  it('keeps spans whose agent nobody knows', async () => {
    const traceId = newTraceId()
    const stream = await openStream('Span', { agent_run_token: 'of-elsewhere', license_key: LICENSE })
    await stream.send(encodeAgentSpan({ traceId, intrinsics: intrinsics('00000000000000c1') }))
    await stream.finish()
    expect((await traceOf(server, traceId)).spans[0]).toMatchObject({ service: 'unknown_service' })
  })

  it('takes the harvest of an agent without streams, and finds an id that is no hex by its text', async () => {
    const run = await connect('harvester')
    const span = [{ ...intrinsics('ABC', { timestamp: Date.now() }), traceId: 'order-4711' }, { tier: 'gold' }, {}]
    const events = [run, { reservoir_size: 2000, events_seen: 1 }, [span]]
    expect(await invoke('span_event_data', events, run)).toEqual({ status: 200, value: null })
    const { traces } = await eventually(
      () => getJson<{ traces: { traceId: string }[] }>(server, '/clew/v1/search?service=harvester'),
      (answer) => answer.traces.length === 1,
    )
    const found = await traceOf(server, traces[0]!.traceId)
    expect(attributesOf(found.spans[0]!)).toMatchObject({
      'clew.trace_id': 'order-4711',
      'clew.span_id': 'ABC',
      tier: 'gold',
    })
  })
})

it('stores what it acknowledged before a kill and what was sent again after it once, and still knows the agent', async () => {
  const traceId = newTraceId()
  const run = await connect('survivor')
  const batches = Array.from({ length: 4 }, (_, batch) =>
    encodeAgentBatch(
      Array.from({ length: 50 }, (_, i) => ({
        traceId,
        intrinsics: intrinsics(`0000000000${batch}0${(i + 1).toString(16).padStart(4, '0')}`),
      })),
    ),
  )
  const metadata = { agent_run_token: run, license_key: LICENSE }
  const stream = await openStream('SpanBatch', metadata)
  expect(await stream.send(batches[0]!)).toBe(1)
  for (const batch of batches.slice(1)) stream.write(batch)
  await server.kill()
  server = await ServerProcess.start({ dataDir: server.dataDir, settings: { 'tls.mode': 'auto' } })
  // As the library under the agents does with a stream that broke off: from the first message that has no answer.
  const again = await openStream('SpanBatch', metadata)
  for (const batch of batches.slice(1)) await again.send(batch)
  await again.finish()
  const { spans } = await traceOf(server, traceId, 200)
  expect(spans).toHaveLength(200)
  expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['survivor']))
  const countOf = async (): Promise<number | undefined> => {
    const { services } = await getJson<{ services: { name: string; spanCount: number }[] }>(server, '/clew/v1/services')
    return services.find(({ name }) => name === 'survivor')?.spanCount
  }
  // A block becomes part of one table after the other.
  await expect.poll(countOf, { timeout: 10_000 }).toBe(200)
  expect((await invoke('metric_data', [], run)).status).toBe(200)
  expect((await invoke('metric_data', [], 'another')).status).toBe(409)
})

async function connect(application: string): Promise<string> {
  const { value } = await invoke('connect', [
    { app_name: [application], language: 'go', agent_version: '3.45.0', pid: 1 },
  ])
  return (value as { agent_run_id: string }).agent_run_id
}

/** One call of the agent protocol over TLS, by HTTP/1.1 as agents do. */
async function invoke(method: string, body: unknown, run?: string): Promise<{ status: number; value: unknown }> {
  const query = new URLSearchParams({ marshal_format: 'json', protocol_version: '17', license_key: LICENSE, method })
  if (run !== undefined) query.set('run_id', run)
  const url = `${(await tlsUrl()).origin}/agent_listener/invoke_raw_method?${query}`
  const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', headers, ca: authority, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const { return_value: value } = JSON.parse(Buffer.concat(chunks).toString()) as { return_value?: unknown }
        resolve({ status: response.statusCode!, value })
      })
    })
    call.on('error', reject)
    call.end(gzipSync(JSON.stringify(body)))
  })
}

/** The door opens after the others, since its certificate may have to be made. */
class Stream {
  readonly #client: Client
  readonly #call: ClientDuplexStream<Uint8Array, number>
  readonly #closed: Promise<StatusObject>
  readonly #answers: AsyncIterator<number>

  constructor(client: Client, call: ClientDuplexStream<Uint8Array, number>) {
    this.#client = client
    this.#call = call
    this.#closed = new Promise((resolve) => call.on('status', resolve))
    call.on('error', () => {})
    this.#answers = call[Symbol.asyncIterator]()
  }

  write(message: Uint8Array): void {
    this.#call.write(message)
  }

  /** The number of messages that are on disk. */
  async send(message: Uint8Array): Promise<number> {
    this.write(message)
    return (await this.#answers.next()).value
  }

  async finish(): Promise<StatusObject> {
    this.#call.end()
    this.#call.resume()
    const status = await this.#closed
    this.#client.close()
    return status
  }
}

async function openStream(
  method: 'Span' | 'SpanBatch',
  metadata: Record<string, string>,
  transport: 'tls' | 'plain' = 'tls',
): Promise<Stream> {
  const address = transport === 'tls' ? (await tlsUrl()).host : `localhost:${server.ports.otlpGrpc}`
  const secrets = transport === 'tls' ? credentials.createSsl(authority) : credentials.createInsecure()
  const client = new Client(address, secrets, { 'grpc.default_compression_algorithm': GZIP })
  const sent = new Metadata()
  for (const [key, value] of Object.entries(metadata)) sent.set(key, value)
  const encode = (message: Uint8Array) => Buffer.from(message)
  const decode = (bytes: Buffer) => decodeRecordStatus(bytes).messagesSeen
  const path = `/com.newrelic.trace.v1.IngestService/Record${method}`
  return new Stream(client, client.makeBidiStreamRequest(path, encode, decode, sent))
}

function attributesOf({ attributes }: NativeSpan): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.value]))
}
