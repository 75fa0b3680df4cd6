// A body of the Trace API into spans and what is to be said about it. What cannot be read is no error of the request: it
// was accepted, and the sender finds the error by the id it was answered with.
import {
  ANY_VALUE,
  type DecodedNewRelic,
  decodeNewRelicSpans,
  decodeZipkinJsonV2,
  KEY_VALUE,
  type NewRelicLimits,
  ProtobufWriter,
  RESOURCE,
  SpanBatchBuilder,
} from '@clew/codecs'
import { DecodeError, type IntegrationError, type Room, type SpanBatch, type TextHash } from '@clew/model'
import type { TraceFormat } from './request-head.ts'

export interface SentBody {
  readonly format: TraceFormat
  /** Decompressed; undefined where it could not be, and then `problem` says why. */
  readonly bytes: Uint8Array | undefined
  readonly problem: string
  /** Milliseconds since the Unix epoch: when spans without a timestamp start. */
  readonly nowMs: number
}

export interface DecodeParts {
  readonly hash: TextHash
  readonly limits: NewRelicLimits | undefined
}

export interface ReadBody {
  readonly batch: SpanBatch
  readonly rejected: number
  readonly reason: string
  /** Name and message of each error. */
  readonly errors: readonly Pick<IntegrationError, 'name' | 'message'>[]
}

/** Takes the memory that spans need from `room`; throws what it throws, and nothing else. */
export function decodeBody(sent: SentBody, { hash, limits }: DecodeParts, room: Room): ReadBody {
  const reserve = (bytes: number) => room.grow(bytes)
  if (sent.bytes === undefined) return refused(sent.problem)
  try {
    if (sent.format === 'newrelic') {
      const nowUnixNano = BigInt(sent.nowMs) * 1_000_000n
      return withProblems(
        decodeNewRelicSpans(sent.bytes, { hash, nowUnixNano, reserve, ...(limits === undefined ? {} : { limits }) }),
      )
    }
    const options = { textIds: hash, typedTags: true, errorTags: true, reserve }
    const { batch, rejected, reason } = decodeZipkinJsonV2(sent.bytes, options)
    nameServices(batch)
    return { batch, rejected, reason, errors: rejected > 0 ? [{ name: INVALID_SPAN, message: reason }] : [] }
  } catch (error) {
    if (error instanceof DecodeError) return refused(error.message)
    throw error
  }
}

const INVALID_SPAN = 'InvalidSpan'
const LIMIT_EXCEEDED = 'AttributeLimitExceeded'

/** Nothing of the body is kept. */
function refused(message: string): ReadBody {
  return {
    batch: new SpanBatchBuilder(0).build(),
    rejected: 0,
    reason: '',
    errors: [{ name: 'InvalidPayload', message }],
  }
}

function withProblems({ batch, rejected, reason, problems, unsaid }: DecodedNewRelic): ReadBody {
  const errors = problems.map(({ message, isRejected }) => ({
    name: isRejected ? INVALID_SPAN : LIMIT_EXCEEDED,
    message,
  }))
  if (unsaid > 0) errors.push({ name: INVALID_SPAN, message: `${unsaid} more errors of this request are not listed` })
  return { batch, rejected, reason, errors }
}

/** New Relic's name for what says no service, where other doors say `unknown_service`. */
const NO_SERVICE = 'UNKNOWN'

function nameServices(batch: SpanBatch): void {
  batch.origins = batch.origins.map((origin) => {
    if (origin.service !== '') return origin
    const writer = new ProtobufWriter(origin.resource.length + 64)
    writer.raw(origin.resource)
    const attribute = writer.open(RESOURCE.attributes)
    writer.stringField(KEY_VALUE.key, 'service.name')
    const value = writer.open(KEY_VALUE.value)
    writer.stringField(ANY_VALUE.string_value, NO_SERVICE)
    writer.close(value)
    writer.close(attribute)
    return { ...origin, service: NO_SERVICE, resource: writer.copy() }
  })
}
