// What New Relic's agents say of a span in its intrinsics, in OpenTelemetry's words. Times are milliseconds and seconds,
// ids are text, and what kind of span it is stands in up to four places.
import { MAX_UINT64, NANOS_PER_MILLI, NANOS_PER_SECOND, SPAN_KINDS, type SpanKind } from '@clew/model'
import type { AgentValue } from './attribute-entry.ts'

/** By name, as the agent wrote them. What is made part of the span is taken out; the rest become attributes. */
export type Intrinsics = Map<string, AgentValue>

/** Agents have twenty or thirty. They are the one part of a span that becomes objects, which take many times their bytes. */
const MAX_INTRINSICS = 256

/** Remembers one; whether there are not too many of them. */
export function addIntrinsic(intrinsics: Intrinsics, key: string, value: AgentValue): boolean {
  intrinsics.set(key, value)
  return intrinsics.size <= MAX_INTRINSICS
}

export const TOO_MANY_INTRINSICS = `intrinsics: expected at most ${MAX_INTRINSICS}, got more`

/** Takes a text out; '' when there is none, or something else, which stays. */
export function takeText(intrinsics: Intrinsics, key: string): string {
  const value = intrinsics.get(key)
  if (typeof value !== 'string') return ''
  intrinsics.delete(key)
  return value
}

/** Takes a number of milliseconds out, as nanoseconds; undefined, and it stays, when it is none that a time can hold. */
export function takeMillis(intrinsics: Intrinsics, key: string): bigint | undefined {
  return takeNanos(intrinsics, key, NANOS_PER_MILLI)
}

/** The same for seconds. */
export function takeSeconds(intrinsics: Intrinsics, key: string): bigint | undefined {
  return takeNanos(intrinsics, key, NANOS_PER_SECOND)
}

function takeNanos(intrinsics: Intrinsics, key: string, unitNanos: bigint): bigint | undefined {
  const value = intrinsics.get(key)
  const nanos = typeof value === 'number' || typeof value === 'bigint' ? nanosOf(value, unitNanos) : undefined
  if (nanos !== undefined) intrinsics.delete(key)
  return nanos
}

function nanosOf(value: number | bigint, unitNanos: bigint): bigint | undefined {
  let nanos: bigint
  if (typeof value === 'bigint') nanos = value * unitNanos
  else {
    if (!Number.isFinite(value)) return undefined
    // The whole part apart: the product of a date in milliseconds has more digits than a double.
    const whole = Math.trunc(value)
    nanos = BigInt(whole) * unitNanos + BigInt(Math.round((value - whole) * Number(unitNanos)))
  }
  return nanos >= 0n && nanos <= MAX_UINT64 ? nanos : undefined
}

/**
 * Index into SPAN_KINDS. `span.kind` is taken out where it is one of OpenTelemetry's words. Agents that do not send it say
 * by the category whom a span calls, and by the name of its transaction what an entry point answers.
 */
export function takeKind(intrinsics: Intrinsics): number {
  const told = intrinsics.get('span.kind')
  const kind = typeof told === 'string' ? SPAN_KINDS.indexOf(told.toLowerCase() as SpanKind) : -1
  if (kind > 0) {
    intrinsics.delete('span.kind')
    return kind
  }
  return SPAN_KINDS.indexOf(guessKind(intrinsics))
}

function guessKind(intrinsics: Intrinsics): SpanKind {
  const category = intrinsics.get('category')
  if (category === 'http' || category === 'datastore') return 'client'
  if (intrinsics.get('nr.entryPoint') !== true) return 'internal'
  const transaction = intrinsics.get('transaction.name') ?? intrinsics.get('name')
  if (typeof transaction !== 'string' || !transaction.startsWith('OtherTransaction/')) return 'server'
  return transaction.startsWith('OtherTransaction/Message/') ? 'consumer' : 'internal'
}
