// The parameters of ATS's questions, checked. What is wrong with one is INVALID_ARGUMENT, SVCSTG.ATS.400101 on the wire.
import { ClewError } from '@clew/model'

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

/** Of a list of traces; times in milliseconds, as it asks in other units than it answers. */
export interface TracesParameters {
  readonly startMs: number
  readonly endMs: number
  readonly application: string
  readonly monitorGroup: string | undefined
  readonly instance: string | undefined
  readonly transaction: string | undefined
  readonly limit: number
  readonly durationMs: number
  readonly onlyFailed: boolean
}

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 1000

/** 16 digits for a text of up to 16, else 32: a shorter one has lost its zeros in front. */
export function traceIdParameter(query: Query): string {
  const text = required(query, 'traceId')
  if (!/^[0-9a-f]{1,32}$/i.test(text) || /^0+$/.test(text))
    throw new ClewError('INVALID_ARGUMENT', `traceId: expected 16 or 32 hex digits, got ${JSON.stringify(text)}`)
  return text.toLowerCase().padStart(text.length > 16 ? 32 : 16, '0')
}

export function tracesParameters(query: Query): TracesParameters {
  const startMs = whole(query, 'startTime', 0, Number.MAX_SAFE_INTEGER)
  const endMs = whole(query, 'endTime', 0, Number.MAX_SAFE_INTEGER)
  if (endMs <= startMs) throw new ClewError('INVALID_ARGUMENT', `endTime: expected more than startTime, got ${endMs}`)
  return {
    startMs,
    endMs,
    application: required(query, 'application'),
    monitorGroup: optional(query, 'monitorGroup'),
    instance: optional(query, 'instance'),
    transaction: optional(query, 'transaction'),
    limit: whole(query, 'limit', 1, MAX_LIMIT, DEFAULT_LIMIT),
    durationMs: whole(query, 'duration', 0, Number.MAX_SAFE_INTEGER, 0),
    onlyFailed: optional(query, 'status') !== undefined && whole(query, 'status', 1, 1) === 1,
  }
}

export function required(query: Query, name: string): string {
  const value = optional(query, name)
  if (value === undefined) throw new ClewError('INVALID_ARGUMENT', `${name}: expected a value, got none`)
  return value
}

/** An empty one is none. */
export function optional(query: Query, name: string): string | undefined {
  const value = query[name]
  if (value !== undefined && typeof value !== 'string')
    throw new ClewError('INVALID_ARGUMENT', `${name}: expected one value, got ${value.length}`)
  return value === '' ? undefined : value
}

function whole(query: Query, name: string, least: number, most: number, absent?: number): number {
  const text = absent === undefined ? required(query, name) : optional(query, name)
  if (text === undefined) return absent!
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new ClewError(
    'INVALID_ARGUMENT',
    `${name}: expected a whole number from ${least} to ${most}, got ${JSON.stringify(text.slice(0, 100))}`,
  )
}
