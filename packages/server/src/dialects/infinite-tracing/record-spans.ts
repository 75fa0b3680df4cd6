// Infinite Tracing over gRPC: the streams RecordSpan and RecordSpanBatch of com.newrelic.trace.v1.IngestService. A status
// says how many messages of the stream are on disk for good.
import { ProtobufWriter, RECORD_STATUS, type ReserveMemory, SpanMessageDecoder } from '@clew/codecs'
import { DecodeError, type Resource, type TextHash } from '@clew/model'
import type { GrpcMethods, LongStreamCall, LongStreamMethod } from '../../grpc/method.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { ReceiverParts } from '../dialect.ts'
import { RequestMeter } from '../receive-spans.ts'
import { type AgentRuns, describeUnknownRun } from './agent-runs.ts'
import { readLicenseKey } from './license-key.ts'
import type { StreamLives } from './stream-lives.ts'
import { takeAgentSpans } from './take-agent-spans.ts'

export interface RecordSpansParts extends ReceiverParts {
  readonly hash: TextHash
  readonly runs: AgentRuns
  readonly lives: StreamLives
  readonly logger: Logger
}

const DOOR = 'infinite-tracing'
const SERVICE = 'com.newrelic.trace.v1.IngestService'

export function recordSpansMethods(parts: RecordSpansParts): GrpcMethods {
  const meter = new RequestMeter(parts.metrics, DOOR)
  return {
    [`/${SERVICE}/RecordSpan`]: recordMethod('span', parts, meter),
    [`/${SERVICE}/RecordSpanBatch`]: recordMethod('batch', parts, meter),
  }
}

type MessageKind = 'span' | 'batch'

function recordMethod(kind: MessageKind, parts: RecordSpansParts, meter: RequestMeter): LongStreamMethod {
  return {
    kind: 'long-stream',
    right: 'write',
    readKey: readLicenseKey,
    async *call(groups, call) {
      const over = parts.lives.start(() => call.end())
      try {
        const stream = new RecordStream(kind, call, parts)
        for await (const messages of groups)
          yield encodeStatus(await meter.measure((received) => stream.store(messages, received)))
      } finally {
        over()
      }
    },
  }
}

/** One stream of one agent. */
class RecordStream {
  readonly #kind: MessageKind
  readonly #call: LongStreamCall
  readonly #parts: RecordSpansParts
  readonly #resource: Resource
  #messagesSeen = 0n
  #hasComplained = false

  constructor(kind: MessageKind, call: LongStreamCall, parts: RecordSpansParts) {
    this.#kind = kind
    this.#call = call
    this.#parts = parts
    this.#resource = senderOf(call, parts.runs)
  }

  /** Resolves with the number of messages of the stream so far, when the spans in all of them are on disk. */
  async store(messages: readonly Uint8Array[], received: (bytes: number) => void): Promise<bigint> {
    // A message that an agent sends again after its stream broke is known by its bytes. Single spans that are taken
    // together would meet in other company then.
    const requests = this.#kind === 'batch' ? messages.map((message) => [message]) : [messages]
    await Promise.all(requests.map((request) => this.#take(request)))
    for (const message of messages) received(message.length)
    this.#messagesSeen += BigInt(messages.length)
    return this.#messagesSeen
  }

  async #take(messages: readonly Uint8Array[]): Promise<void> {
    const { tenant, untilRoom } = this.#call
    const body = messages.length === 1 ? messages[0] : undefined
    const decode = (reserve: ReserveMemory) => this.#decode(messages, reserve)
    const outcome = await untilRoom(() => takeAgentSpans({ tenant, door: DOOR, body, decode }, this.#parts))
    if (outcome.rejected > 0) this.#complain(outcome.message)
  }

  #decode(messages: readonly Uint8Array[], reserve: ReserveMemory) {
    const decoder = new SpanMessageDecoder({ hash: this.#parts.hash, resource: this.#resource, reserve })
    for (const message of messages) {
      try {
        if (this.#kind === 'span') decoder.addSpan(message)
        else decoder.addBatch(message)
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error
        decoder.leaveOut(error.message)
      }
    }
    return decoder.finish()
  }

  /** The protocol has no word for it, so it is said where it can be read: once a stream. */
  #complain(problem: string): void {
    if (this.#hasComplained) return
    this.#hasComplained = true
    this.#parts.logger.warn({ tenant: this.#call.tenant, problem }, 'an agent streamed spans that cannot be kept')
  }
}

function senderOf({ tenant, metadata }: LongStreamCall, runs: AgentRuns): Resource {
  const { agent_run_token: token } = metadata
  if (typeof token !== 'string') return describeUnknownRun('')
  return runs.find(tenant, token) ?? describeUnknownRun(token)
}

function encodeStatus(messagesSeen: bigint): Uint8Array {
  const writer = new ProtobufWriter(16)
  writer.int64Field(RECORD_STATUS.messages_seen, messagesSeen)
  return writer.copy()
}
