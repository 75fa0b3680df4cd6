// The parameters of D.Hub's questions, checked.
import { RUN_STATES, type RunState } from '@clew/analysis'
import { invalidParameter } from './render-error.ts'

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

/** Which runs of a pipeline are asked for, and in which order. Times in milliseconds. */
export interface HistoryFilter {
  readonly order: 'desc' | 'asc'
  /** Empty for all. */
  readonly states: readonly RunState[]
  /** Start of a run: `from` included, `to` excluded. */
  readonly from: number | undefined
  readonly to: number | undefined
}

export interface HistoryParameters {
  readonly limit: number
  readonly token: string | undefined
  readonly filter: HistoryFilter
}

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000

export function historyParameters(query: Query): HistoryParameters {
  return {
    limit: whole(query, 'limit', 1, MAX_LIMIT) ?? DEFAULT_LIMIT,
    token: one(query, 'token'),
    filter: {
      order: order(one(query, 'order')),
      states: states(one(query, 'state')),
      from: whole(query, 'from', 0, Number.MAX_SAFE_INTEGER),
      to: whole(query, 'to', 0, Number.MAX_SAFE_INTEGER),
    },
  }
}

export function one(query: Query, name: string): string | undefined {
  const value = query[name]
  if (value === undefined || typeof value === 'string') return value
  throw invalidParameter(name, 'value_error', `${name}: expected one value, got ${value.length}`)
}

function order(text: string | undefined): 'desc' | 'asc' {
  if (text === undefined || text === 'desc' || text === 'asc') return text ?? 'desc'
  throw invalidParameter('order', 'literal_error', `order: expected desc or asc, got ${JSON.stringify(text)}`)
}

function states(text: string | undefined): readonly RunState[] {
  if (text === undefined) return []
  return text.split(',').map((word) => {
    const state = RUN_STATES.find((name) => name === word)
    if (state !== undefined) return state
    throw invalidParameter(
      'state',
      'literal_error',
      `state: expected ${RUN_STATES.join(', ')}, got ${JSON.stringify(word)}`,
    )
  })
}

function whole(query: Query, name: string, least: number, most: number): number | undefined {
  const text = one(query, name)
  if (text === undefined) return undefined
  const problem = `${name}: expected a whole number from ${least} to ${most}, got ${JSON.stringify(text.slice(0, 100))}`
  if (!/^-?\d+$/.test(text)) throw invalidParameter(name, 'int_parsing', problem)
  const value = Number(text)
  if (value < least) throw invalidParameter(name, 'greater_than_equal', problem)
  if (value > most) throw invalidParameter(name, 'less_than_equal', problem)
  return value
}
