// A question in NRQL, New Relic's query language, as far as Clew answers it: events of one type, filtered and listed or
// counted. https://docs.newrelic.com/docs/nrql/nrql-syntax-clauses-functions/

export type NrqlValue = string | number | boolean | null

export type NrqlOperator = '=' | '!=' | '<' | '<=' | '>' | '>='

export type NrqlCondition =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly NrqlCondition[] }
  | { readonly kind: 'not'; readonly operand: NrqlCondition }
  | { readonly kind: 'compare'; readonly attribute: string; readonly operator: NrqlOperator; readonly value: NrqlValue }
  /** `%` in the pattern stands for any run of characters; upper and lower case differ not. */
  | { readonly kind: 'like'; readonly attribute: string; readonly pattern: string }
  | { readonly kind: 'in'; readonly attribute: string; readonly values: readonly NrqlValue[] }
  | { readonly kind: 'isNull'; readonly attribute: string }

export type NrqlSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'attributes'; readonly items: readonly { readonly attribute: string; readonly alias: string }[] }
  | { readonly kind: 'count'; readonly alias: string }

export interface NrqlQuery {
  readonly selection: NrqlSelection
  /** As it was written: names of event types are told apart by case. */
  readonly eventType: string
  readonly where: NrqlCondition | undefined
  /** Whole milliseconds since the Unix epoch, `from` included, `to` excluded; undefined where nothing was said. */
  readonly fromMs: number | undefined
  readonly toMs: number | undefined
  readonly limit: number
}

/** What New Relic lists without LIMIT, and with LIMIT MAX: https://docs.newrelic.com/docs/nrql/nrql-syntax-clauses-functions/#sel-limit */
export const DEFAULT_LIMIT = 100
export const MAX_LIMIT = 5000
