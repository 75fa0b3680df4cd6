// What every door promises, whatever it speaks, as a suite that doors.test.ts runs for each; and the doors themselves,
// opened on free ports before a consumer that only remembers.
import { createHmac } from 'node:crypto'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { ClewError, type RequestContext, type TelemetryBatch, type TelemetryConsumer } from '@clew/model'
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { hashKey, type KeyEntry } from './access/keys.ts'
import { freePorts } from './config/doors.ts'
import { defaultSettings, type Settings } from './config/settings.ts'
import { type DoorParts, type OpenDoors, openDoors } from './doors.ts'
import { ByteBudget } from './pipeline/byte-budget.ts'
import { QueryService } from './query/query-service.ts'
import type { TraceReader } from './query/trace-reader.ts'
import { Health } from './telemetry/health.ts'
import { IngestCounters } from './telemetry/ingest-counters.ts'
import { Metrics } from './telemetry/metrics.ts'

export class RememberingConsumer implements TelemetryConsumer {
  readonly consumed: { readonly batch: TelemetryBatch; readonly request: RequestContext }[] = []
  /** What the next calls say instead of success. */
  answer: () => Promise<{ repeated: boolean; warnings: readonly string[] }> = async () => ({
    repeated: false,
    warnings: [],
  })

  consume(batch: TelemetryBatch, request: RequestContext) {
    this.consumed.push({ batch, request })
    return this.answer()
  }
}

export interface TestDoors extends OpenDoors {
  readonly consumer: RememberingConsumer
  readonly budget: ByteBudget
  readonly counters: IngestCounters
  readonly metrics: Metrics
  readonly health: Health
}

export type TestDoorOptions = Partial<Settings> &
  Partial<Pick<DoorParts, 'webRoot' | 'keys' | 'dataFolder' | 'textHash' | 'timers'>>

/** Doors are about the way in; no test of theirs asks the store. */
const NOTHING_STORED = { highestBlock: 0n } as TraceReader

/** Free ports; no page unless `webRoot` is given. */
export async function openTestDoors(options: TestDoorOptions = {}): Promise<TestDoors> {
  const {
    webRoot = '/dev/null/nowhere',
    dataFolder = '/dev/null/nowhere',
    keys = [],
    textHash = hashText,
    timers,
    ...overrides
  } = options
  const settings = { ...defaultSettings(), ...freePorts(), ...overrides }
  const parts = {
    settings,
    keys,
    webRoot,
    dataFolder,
    textHash,
    ...(timers === undefined ? {} : { timers }),
    consumer: new RememberingConsumer(),
    budget: new ByteBudget(settings.byteBudget),
    counters: new IngestCounters(),
    metrics: new Metrics(),
    health: new Health(),
    logger: pino({ level: 'silent' }),
    queries: new QueryService(NOTHING_STORED),
    onBlock: () => () => {},
  }
  const doors = await openDoors(parts)
  return { ...parts, ...doors }
}

/** As in a data folder whose key is known. */
export function hashText(text: string): Uint8Array {
  return createHmac('sha256', 'the key of a test').update(text).digest()
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** Like fetch, which does not let anyone set Host or Origin. Over TLS whatever certificate the door has is trusted. */
export function send(url: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
  const options = { method, headers, agent: false, rejectUnauthorized: false, servername: 'localhost' } as const
  const start = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = start(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}

export interface GrpcAnswer {
  readonly code: number
  readonly message: string
  readonly body: Buffer | undefined
  readonly trailers: Metadata
}

export interface GrpcSent {
  readonly body?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly authority?: string
  readonly deadlineMs?: number
  readonly gzip?: boolean
}

const GZIP = 2

/** One unary call with bytes in and out, by the client library that most senders use. */
export function call(url: string, path: string, sent: GrpcSent = {}): Promise<GrpcAnswer> {
  const client = new Client(url.replace('http://', ''), credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
    'grpc.max_receive_message_length': -1,
    ...(sent.authority === undefined ? {} : { 'grpc.default_authority': sent.authority }),
    ...(sent.gzip ? { 'grpc.default_compression_algorithm': GZIP } : {}),
  })
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(sent.headers ?? {})) metadata.set(name, value)
  return new Promise((resolve) => {
    const identity = (bytes: Uint8Array) => Buffer.from(bytes)
    const options = sent.deadlineMs === undefined ? {} : { deadline: Date.now() + sent.deadlineMs }
    let trailers = new Metadata()
    const done = (error: ServiceError | null, body?: Buffer) => {
      client.close()
      resolve({
        code: error?.code ?? 0,
        message: error?.details ?? '',
        body,
        trailers: error?.metadata ?? trailers,
      })
    }
    client
      .makeUnaryRequest(path, identity, identity, Buffer.from(sent.body ?? []), metadata, options, done)
      .on('status', (status) => {
        trailers = status.metadata
      })
  })
}

export function keyEntry(key: string, entry: Partial<KeyEntry> = {}): KeyEntry {
  return { name: 'test', sha256: hashKey(key), tenant: 'default', access: 'both', ...entry }
}

/** What a door did with a request: nothing wrong, or the code of the error it answered with. */
export type Outcome = 'ok' | string

export interface DoorUnderTest {
  readonly name: string
  /** Sends a small valid request that needs `right`, and says how it went. */
  readonly ask: (doors: TestDoors, headers: Readonly<Record<string, string>>, host?: string) => Promise<Outcome>
  readonly right: 'read' | 'write'
  /** What the door needs to open at all. */
  readonly settings?: () => Partial<Settings>
}

export function describeDoor({ name, ask, right, settings }: DoorUnderTest): void {
  describe(`${name} door`, () => {
    let doors: TestDoors | undefined
    const open = async (options?: TestDoorOptions) => {
      doors = await openTestDoors({ ...settings?.(), ...options })
      return doors
    }
    afterEach(async () => {
      await doors?.stop(0)
      doors?.metrics.stop()
      doors = undefined
    })

    it('needs no key on loopback', async () => {
      expect(await ask(await open(), {})).toBe('ok')
    })

    it('takes no offence at a key on loopback when none is configured', async () => {
      expect(await ask(await open(), { authorization: 'Bearer whatever' })).toBe('ok')
    })

    it.each(['localhost', 'LOCALHOST:4318', '127.0.0.1:80', '[::1]:4317'])(
      'answers to the name %s on loopback',
      async (host) => {
        expect(await ask(await open(), {}, host)).toBe('ok')
      },
    )

    it.each(['evil.example', 'localhost.evil.example:2539', '127.0.0.1.nip.io', '[::2]'])(
      'refuses the name %s on loopback, so that no web page reads by rebinding',
      async (host) => {
        expect(await ask(await open(), {}, host)).toBe('HOST_FORBIDDEN')
      },
    )

    const elsewhere = { httpHost: '0.0.0.0', keys: [keyEntry('secret', { access: right })] }

    it('needs a key beyond loopback', async () => {
      expect(await ask(await open(elsewhere), {})).toBe('KEY_MISSING')
    })

    it.each([
      { authorization: 'Bearer secret' },
      { authorization: `Basic ${Buffer.from('anyone:secret').toString('base64')}` },
      { 'x-clew-key': 'secret' },
      { 'api-key': 'secret' },
    ])('takes the key from %o', async (headers) => {
      expect(await ask(await open(elsewhere), headers)).toBe('ok')
    })

    it('refuses a key it does not know', async () => {
      expect(await ask(await open(elsewhere), { authorization: 'Bearer guess' })).toBe('KEY_UNKNOWN')
    })

    it('refuses a key without the right', async () => {
      const other = right === 'read' ? 'write' : 'read'
      const options = { ...elsewhere, keys: [keyEntry('secret', { access: other })] }
      expect(await ask(await open(options), { authorization: 'Bearer secret' })).toBe('KEY_FORBIDDEN')
    })

    it('needs no key anywhere when it is told to be insecure', async () => {
      expect(await ask(await open({ httpHost: '0.0.0.0', insecure: true }), {})).toBe('ok')
    })
  })
}

/** An error that only a part behind the doors can have. */
export function refusal(code: ConstructorParameters<typeof ClewError>[0], retryAfterSeconds?: number): ClewError {
  return new ClewError(code, 'refused in a test', retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
}
