// A search of Zipkin as conditions on single spans: a TraceQuery for the one that few spans may meet, and what else the
// traces it finds must have. All of them select too much rather than too little; TraceMatcher decides.
import {
  type ComparisonOperator,
  type Expression,
  type Field,
  type Literal,
  MAX_UINT64,
  NANOS_PER_MILLI,
  type TimeRange,
} from '@clew/model'
import type { QueryRequest } from './query-request.ts'
import { tagCondition } from './tag-condition.ts'

/** Names as they are stored that Zipkin would write as the one asked for; undefined where none is asked for. */
export interface NamesAsked {
  readonly services: readonly string[] | undefined
  /** Undefined too where no service is named: then all services have to be looked through. */
  readonly spans: readonly string[] | undefined
}

export interface SpanConditions {
  /** What few spans are likely to meet: searched for. */
  readonly rarest: Expression
  /** Spans that meet each of these must be in the same trace. */
  readonly others: readonly Expression[]
  readonly timeRange: TimeRange
}

/** A span that meets a criterion may begin so much before its trace's root, or after the latest begin of a trace. */
const LEEWAY_NANOS = 60_000_000_000n
const NANOS_PER_MICRO = 1_000n

/** Where the name of the other side is: as senders said it, and as an answer guesses it for clients and producers. */
const REMOTE_KEYS = ['peer.service', 'zipkin.remote_endpoint.service_name'] as const
const GUESSED_REMOTE_KEYS = [
  'server.address',
  'net.peer.name',
  'net.sock.peer.name',
  'peer.hostname',
  'peer.address',
  'db.name',
] as const

export function toConditions(request: QueryRequest, names: NamesAsked): SpanConditions {
  const { remoteServiceName, spanName, annotationQuery, minDuration } = request
  const service = names.services && oneOf('service', names.services)
  const tags = [...annotationQuery].map(([key, value]) => ({
    rank: value === '' ? 4 : 0,
    where: tagCondition(key, value),
  }))
  const criteria = [
    ...tags,
    ...(remoteServiceName === undefined ? [] : [{ rank: 1, where: remoteCondition(remoteServiceName) }]),
    ...(minDuration === undefined ? [] : [{ rank: 2, where: durationCondition(request) }]),
    ...(spanName === undefined ? [] : [{ rank: 3, where: nameCondition(spanName, names.spans) }]),
  ].sort((a, b) => a.rank - b.rank)
  const ofService = criteria.map(({ where }) => (service === undefined ? where : and(service, where)))
  const [rarest = service ?? ({ kind: 'all' } as const), ...others] = ofService
  return { rarest, others, timeRange: timeRange(request) }
}

function timeRange({ endTs, lookback }: QueryRequest): TimeRange {
  const to = endTs * NANOS_PER_MILLI + LEEWAY_NANOS
  const from = (endTs - lookback) * NANOS_PER_MILLI - LEEWAY_NANOS
  return { from: clamp(from, MAX_UINT64), to: clamp(to, MAX_UINT64 + 1n) }
}

function clamp(time: bigint, most: bigint): bigint {
  if (time < 0n) return 0n
  return time < most ? time : most
}

/** In whole microseconds, as Zipkin has it: less than one, but more than nothing, counts as one. */
function durationCondition({ minDuration, maxDuration }: QueryRequest): Expression {
  const field = intrinsic('duration')
  const nanos = (value: bigint): Literal => ({ type: 'duration', value })
  const least = minDuration === 1n ? 1n : minDuration! * NANOS_PER_MICRO
  const atLeast = compare(field, '>=', nanos(least))
  if (maxDuration === undefined) return atLeast
  return and(atLeast, compare(field, '<', nanos((maxDuration + 1n) * NANOS_PER_MICRO)))
}

function nameCondition(name: string, stored: readonly string[] | undefined): Expression {
  return stored === undefined ? likeText(intrinsic('name'), name) : oneOf('name', stored)
}

function remoteCondition(name: string): Expression {
  const said = REMOTE_KEYS.map((key) => likeText(ofSpan(key), name))
  const isCaller = or(
    ...(['client', 'producer'] as const).map((kind) => compare(intrinsic('kind'), '=', { type: 'kind', value: kind })),
  )
  const guessed = or(...GUESSED_REMOTE_KEYS.map((key) => likeText(ofSpan(key), name)))
  return or(...said, and(isCaller, guessed))
}

function oneOf(name: 'service' | 'name', values: readonly string[]): Expression {
  return or(...values.map((value) => compare(intrinsic(name), '=', { type: 'string', value })))
}

/** The text in any case. */
function likeText(field: Field, text: string): Expression {
  const pattern = text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
  return compare(field, '=~', { type: 'string', value: `(?i)${pattern}` })
}

function intrinsic(name: 'service' | 'name' | 'kind' | 'duration'): Field {
  return { kind: 'intrinsic', name }
}

function ofSpan(key: string): Field {
  return { kind: 'attribute', scope: 'span', key }
}

function compare(field: Field, operator: ComparisonOperator, value: Literal): Expression {
  return { kind: 'compare', field, operator, value }
}

function and(...operands: readonly Expression[]): Expression {
  return { kind: 'and', operands }
}

function or(...operands: readonly Expression[]): Expression {
  return operands.length === 1 ? operands[0]! : { kind: 'or', operands }
}
