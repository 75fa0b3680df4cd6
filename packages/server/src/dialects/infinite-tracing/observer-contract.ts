// A trace observer on a port of its own, before a consumer that only remembers, and the client that agents are made of.
import { createHmac } from 'node:crypto'
import { type DecodedOrigin, decodeResource, decodeScope, decodeSpan } from '@clew/codecs'
import { ClewError, type Span, type SpanBatch } from '@clew/model'
import { Client, type ClientDuplexStream, credentials, Metadata, type StatusObject } from '@grpc/grpc-js'
import { pino } from 'pino'
import protobuf from 'protobufjs'
import { createAuthorize, type KeyEntry } from '../../access/keys.ts'
import { RememberingConsumer } from '../../doors-contract.ts'
import { GrpcDoor } from '../../grpc/grpc-door.ts'
import { ByteBudget } from '../../pipeline/byte-budget.ts'
import { ManualTime } from '../../pipeline/journal/journal-run-contract.ts'
import { IngestCounters } from '../../telemetry/ingest-counters.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import { AgentRuns } from './agent-runs.ts'
import { INFINITE_TRACING_PROTOS } from './protos.ts'
import { recordSpansMethods } from './record-spans.ts'
import { StreamLives } from './stream-lives.ts'

const [text] = Object.values(INFINITE_TRACING_PROTOS)
const { root } = protobuf.parse(text!)

export const TRACE = '0af7651916cd43dd8448eb211c80319c'
export const SHOP = { application: 'shop', host: 'host-1', pid: 42, language: 'nodejs', agentVersion: '13.20.0' }
const RECORD = '/com.newrelic.trace.v1.IngestService/Record'
const GZIP = 2

export interface ObserverOptions {
  readonly byteBudget?: number
  readonly limitBytes?: number
  readonly keys?: readonly KeyEntry[]
  readonly underWayMs?: number
}

export class TestObserver {
  readonly consumer = new RememberingConsumer()
  readonly time = new ManualTime()
  readonly metrics = new Metrics()
  readonly counters = new IngestCounters()
  readonly lives = new StreamLives(this.time)
  readonly runs: AgentRuns
  readonly budget: ByteBudget
  readonly warnings: string[] = []
  readonly #door: GrpcDoor
  readonly #clients: Client[] = []

  constructor({ byteBudget = 64 * 2 ** 20, limitBytes = 8 * 2 ** 20, keys = [], underWayMs = 5_000 }: ObserverOptions) {
    const hash = (told: string) => createHmac('sha256', 'folder').update(told).digest()
    const logger = pino({ level: 'warn' }, { write: (line) => this.warnings.push(line) })
    this.runs = new AgentRuns(hash)
    this.budget = new ByteBudget(byteBudget)
    const { consumer, counters, metrics, lives, runs, time: clock, budget } = this
    const body = { limitBytes, budget }
    this.#door = new GrpcDoor({
      ...{ name: 'observer', host: 'localhost', port: 0, setting: 'none', limitBytes, budget, logger, underWayMs },
      authorize: createAuthorize({ keys, keyless: keys.length === 0 }),
      methods: recordSpansMethods({ consumer, counters, metrics, body, clock, hash, runs, lives, logger }),
    })
  }

  static async start(options: ObserverOptions = {}): Promise<TestObserver> {
    const observer = new TestObserver(options)
    await observer.#door.start()
    return observer
  }

  get url(): string {
    return this.#door.url
  }

  /** A stream as an agent opens it. */
  open(method: 'Span' | 'SpanBatch', metadata: Readonly<Record<string, string>> = {}, gzip = false): AgentStream {
    const options = { 'grpc.default_compression_algorithm': gzip ? GZIP : 0, 'grpc.max_send_message_length': -1 }
    const client = new Client(this.url.replace('http://', ''), credentials.createInsecure(), options)
    this.#clients.push(client)
    const sent = new Metadata()
    for (const [key, value] of Object.entries(metadata)) sent.set(key, value)
    const decode = (bytes: Buffer) => Number(root.lookupType('RecordStatus').decode(bytes).toJSON().messagesSeen ?? 0)
    const encode = (message: Uint8Array) => Buffer.from(message)
    return new AgentStream(client.makeBidiStreamRequest(RECORD + method, encode, decode, sent))
  }

  /** Every span that the consumer was given. */
  get spans(): Span[] {
    return this.consumer.consumed.flatMap(({ batch }) => spansOf(batch as SpanBatch))
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close()
    await this.#door.stop(0)
    this.metrics.stop()
  }
}

export class AgentStream {
  readonly call: ClientDuplexStream<Uint8Array, number>
  /** Resolves with the status that the server gave. */
  readonly closed: Promise<StatusObject>
  readonly #answers: AsyncIterator<number>

  constructor(call: ClientDuplexStream<Uint8Array, number>) {
    this.call = call
    this.closed = new Promise((resolve) => call.on('status', resolve))
    call.on('error', () => {})
    this.#answers = call[Symbol.asyncIterator]()
  }

  write(message: Uint8Array): void {
    this.call.write(message)
  }

  /** Sends no more, and resolves with the status once everything is answered. */
  finish(): Promise<StatusObject> {
    this.call.end()
    this.call.resume()
    return this.closed
  }

  /** `messages_seen` of the next status. */
  async seen(): Promise<number> {
    return (await this.#answers.next()).value
  }
}

/** As an agent encodes them. */
export function encodeSpan(guid: string, intrinsics: Readonly<Record<string, string>> = {}): Uint8Array {
  return encode('Span', spanMessage(guid, intrinsics))
}

export function encodeBatch(guids: readonly string[], intrinsics: Readonly<Record<string, string>> = {}): Uint8Array {
  return encode('SpanBatch', { spans: guids.map((guid) => spanMessage(guid, intrinsics)) })
}

/** Sixteen digits for a number. */
export function guidOf(number: number): string {
  return (number + 1).toString(16).padStart(16, '0')
}

export function overloaded(): ClewError {
  return new ClewError('OVERLOADED', 'no room in a test')
}

function spanMessage(guid: string, intrinsics: Readonly<Record<string, string>>): object {
  const texts = Object.entries({ guid, name: 'work', ...intrinsics }).map(([key, stringValue]) => [
    key,
    { stringValue },
  ])
  const times = { timestamp: { intValue: 1_700_000_000_000 }, duration: { doubleValue: 0.5 } }
  return { traceId: TRACE, intrinsics: { ...Object.fromEntries(texts), ...times } }
}

function encode(name: string, message: object): Uint8Array {
  const type = root.lookupType(name)
  return new Uint8Array(type.encode(type.fromObject(message)).finish())
}

function spansOf(batch: SpanBatch): Span[] {
  const origins = batch.origins.map(
    (origin): DecodedOrigin => ({
      resource: decodeResource(origin.resource, origin.resourceSchemaUrl),
      scope: decodeScope(origin.scope, origin.scopeSchemaUrl),
      serviceName: origin.service,
    }),
  )
  return Array.from({ length: batch.count }, (_, row) => {
    const start = batch.itemOffset[row]!
    return decodeSpan(batch.bytes.subarray(start, start + batch.itemLength[row]!), origins[batch.origin[row]!]!)
  })
}
