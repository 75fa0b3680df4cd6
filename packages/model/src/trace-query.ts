// The read waist: one immutable query tree. A question is a pipeline of stages from spansets to spansets or series;
// languages and dialects build it, the plan splits it into SQL and evaluation. The native search is its one-stage case.
import type { SpanKind, StatusCode } from './span.ts'
import type { UnixNano } from './time.ts'

export interface TraceQuery {
  /** On the start of matching spans: `from` included, `to` excluded. */
  readonly timeRange: TimeRange
  /** From left to right; at least one. Grouping, aggregates and metrics over time are further kinds of stage. */
  readonly stages: readonly Stage[]
  readonly order: TraceOrder
  readonly page: Page
  /** Whether the answer counts all matching traces and spans. */
  readonly totals: boolean
  /** How many matching spans each trace of the answer carries; the true number is always said. */
  readonly spansPerTrace: number
}

export interface TimeRange {
  readonly from: UnixNano
  readonly to: UnixNano
}

/** `newest` sorts by the newest matching span, then trace id; the others by the whole trace, then trace id. */
export interface TraceOrder {
  readonly by: 'newest' | 'duration' | 'spanCount' | 'errorCount'
  readonly direction: 'descending' | 'ascending'
}

export interface Page {
  readonly limit: number
  /** Opaque text from the answer before; carries the place in the order and the highest block it saw. */
  readonly cursor: string | undefined
}

export type Stage = FilterStage

/** Keeps the spans that an expression selects; a trace without such a span is dropped. */
export interface FilterStage {
  readonly kind: 'filter'
  readonly spanset: SpansetExpression
}

/** Leaf of the spanset algebra; structural operators (`>`, `>>`, `&&`, …) combine two spansets into one. */
export interface SpansetExpression {
  readonly kind: 'spans'
  readonly where: Expression
}

/** A condition on one span. A comparison with a missing value or one of another type is false (so is its negated operator). */
export type Expression =
  | { readonly kind: 'all' }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'compare'; readonly field: Field; readonly operator: ComparisonOperator; readonly value: Literal }
  | { readonly kind: 'exists'; readonly field: Field }
  | { readonly kind: 'text'; readonly text: string }

/** `=~` and `!~` take RE2 patterns and match the whole value, as TraceQL does. */
export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | '!~'

export type Field =
  | { readonly kind: 'intrinsic'; readonly name: Intrinsic }
  | { readonly kind: 'attribute'; readonly scope: AttributeScope; readonly key: string }

export type Intrinsic =
  | ('service' | 'name' | 'kind' | 'status' | 'statusMessage' | 'duration' | 'root')
  | ('scopeName' | 'scopeVersion')

/** `any` is the span's own attribute if it has one of that key, else its resource's. */
export type AttributeScope = 'any' | 'span' | 'resource' | 'scope' | 'event' | 'link'

/** Numbers compare with numbers whatever their type; a duration is nanoseconds. */
export type Literal =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'duration'; readonly value: bigint }
  | { readonly type: 'status'; readonly value: StatusCode }
  | { readonly type: 'kind'; readonly value: SpanKind }
