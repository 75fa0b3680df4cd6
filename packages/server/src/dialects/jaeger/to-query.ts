// What is asked of Jaeger, whatever the version of its API, as a TraceQuery: all conditions hold for one and the same
// span, and traces come newest first.
import {
  ClewError,
  type ComparisonOperator,
  type Expression,
  type Intrinsic,
  type Literal,
  type TraceQuery,
} from '@clew/model'
import { tagCondition } from './tag-condition.ts'

export interface TraceSearch {
  /** Start of a matching span: `from` included, `to` excluded. */
  readonly from: bigint
  readonly to: bigint
  readonly service: string | undefined
  readonly operation: string | undefined
  readonly tags: readonly (readonly [key: string, value: string])[]
  /** Nanoseconds. */
  readonly minDuration: bigint | undefined
  readonly maxDuration: bigint | undefined
  /** What is not above 0 is the default. */
  readonly limit: number | undefined
  readonly cursor: string | undefined
}

const DEFAULT_LIMIT = 100
/** The most that Jaeger's page asks for. */
export const MAX_LIMIT = 1_500
/** More than any page asks: each is looked for in five places. */
const MAX_TAGS = 100
/** Of all texts of a question together: as long as the address of a request may be at most. */
const MAX_TEXT = 65_536

/** Throws INVALID_ARGUMENT. */
export function toQuery(search: TraceSearch): TraceQuery {
  const limit = search.limit === undefined || search.limit <= 0 ? DEFAULT_LIMIT : search.limit
  if (limit > MAX_LIMIT)
    throw new ClewError('INVALID_ARGUMENT', `limit: expected at most ${MAX_LIMIT} traces, got ${limit}`)
  checkSize(search)
  return {
    timeRange: { from: search.from, to: search.to },
    stages: [{ kind: 'filter', spanset: { kind: 'spans', where: filter(search) } }],
    order: { by: 'newest', direction: 'descending' },
    page: { limit, cursor: search.cursor },
    totals: false,
    spansPerTrace: 1,
  }
}

function checkSize({ service = '', operation = '', tags }: TraceSearch): void {
  if (tags.length > MAX_TAGS)
    throw new ClewError('INVALID_ARGUMENT', `tags: expected at most ${MAX_TAGS}, got ${tags.length}`)
  const chars = tags.reduce((sum, [key, value]) => sum + key.length + value.length, service.length + operation.length)
  if (chars > MAX_TEXT)
    throw new ClewError('INVALID_ARGUMENT', `query: expected at most ${MAX_TEXT} characters of texts, got ${chars}`)
}

function filter({ service, operation, tags, minDuration, maxDuration }: TraceSearch): Expression {
  const conditions: Expression[] = []
  const add = (name: Intrinsic, operator: ComparisonOperator, value: Literal) =>
    conditions.push({ kind: 'compare', field: { kind: 'intrinsic', name }, operator, value })
  if (service !== undefined) add('service', '=', { type: 'string', value: service })
  if (operation !== undefined) add('name', '=', { type: 'string', value: operation })
  if (minDuration !== undefined && maxDuration !== undefined && maxDuration < minDuration)
    throw new ClewError('INVALID_ARGUMENT', "'maxDuration' should be greater than 'minDuration'")
  if (minDuration !== undefined) add('duration', '>=', { type: 'duration', value: minDuration })
  if (maxDuration !== undefined) add('duration', '<=', { type: 'duration', value: maxDuration })
  for (const [key, value] of tags) conditions.push(tagCondition(key, value))
  if (conditions.length === 0) return { kind: 'all' }
  return conditions.length === 1 ? conditions[0]! : { kind: 'and', operands: conditions }
}
