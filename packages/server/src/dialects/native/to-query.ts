// Parameters of a search into a TraceQuery: all conditions hold for one and the same span.
import {
  type ComparisonOperator,
  type Expression,
  type Intrinsic,
  type Literal,
  MAX_UINT64,
  type TraceQuery,
} from '@clew/model'
import { DEFAULT_LIMIT, type SearchParameters } from './parameters.ts'
import { parseAttribute, parseDuration, parseTime } from './parse-text.ts'

const HOUR_NANOS = 3_600_000_000_000n
/** A sender's clock may run ahead: its newest spans must not be missing. */
const CLOCK_LEEWAY_NANOS = 60_000_000_000n

const ORDERS = { newest: 'newest', duration: 'duration', spans: 'spanCount', errors: 'errorCount' } as const

/** `now` in nanoseconds since 1970. Throws INVALID_ARGUMENT. */
export function toQuery(parameters: SearchParameters, now: bigint): TraceQuery {
  const to = parameters.to === undefined ? now + CLOCK_LEEWAY_NANOS : parseTime('to', parameters.to, now)
  const from = parameters.from === undefined ? hourBefore(to < now ? to : now) : parseTime('from', parameters.from, now)
  return {
    // The last nanosecond there is counts as the end of all time, so that a span at it can be found.
    timeRange: { from, to: to === MAX_UINT64 ? MAX_UINT64 + 1n : to },
    stages: [{ kind: 'filter', spanset: { kind: 'spans', where: filter(parameters) } }],
    order: {
      by: ORDERS[parameters.order ?? 'newest'],
      direction: parameters.direction?.startsWith('asc') ? 'ascending' : 'descending',
    },
    page: { limit: parameters.limit ?? DEFAULT_LIMIT, cursor: parameters.cursor },
    totals: parameters.totals ?? false,
    spansPerTrace: parameters.spansPerTrace ?? 3,
  }
}

function hourBefore(time: bigint): bigint {
  return time > HOUR_NANOS ? time - HOUR_NANOS : 0n
}

function filter(parameters: SearchParameters): Expression {
  const { service, operation, kind, status, minDuration, maxDuration, attribute, text } = parameters
  const conditions: Expression[] = []
  const add = (name: Intrinsic, operator: ComparisonOperator, value: Literal) =>
    conditions.push({ kind: 'compare', field: { kind: 'intrinsic', name }, operator, value })
  if (service !== undefined) add('service', '=', { type: 'string', value: service })
  if (operation !== undefined) add('name', '=', { type: 'string', value: operation })
  if (kind !== undefined) add('kind', '=', { type: 'kind', value: kind })
  if (status !== undefined) add('status', '=', { type: 'status', value: status })
  if (minDuration !== undefined)
    add('duration', '>=', { type: 'duration', value: parseDuration('minDuration', minDuration) })
  if (maxDuration !== undefined)
    add('duration', '<=', { type: 'duration', value: parseDuration('maxDuration', maxDuration) })
  for (const condition of attribute ?? []) conditions.push(parseAttribute(condition))
  if (text !== undefined && text !== '') conditions.push({ kind: 'text', text })
  if (conditions.length === 0) return { kind: 'all' }
  return conditions.length === 1 ? conditions[0]! : { kind: 'and', operands: conditions }
}
