// What New Relic's agents say of a span in its intrinsics, in OpenTelemetry's words. Times are milliseconds and seconds,
// ids are text, and what kind of span it is stands in up to four places.
import { MAX_UINT64, NANOS_PER_MILLI, NANOS_PER_SECOND, SPAN_KINDS, type SpanKind } from '@clew/model'
import type { AgentValue } from './attribute-entry.ts'

/** Intrinsics that become part of a span, link or event, or decide something of it. Any other stays an attribute. */
const KEYS = [
  'type',
  'traceId',
  'guid',
  'parentId',
  'name',
  'timestamp',
  'duration',
  'span.kind',
  'category',
  'nr.entryPoint',
  'transaction.name',
  'appName',
  // Of links and events alone.
  'id',
  'span.id',
  'trace.id',
  'linkedTraceId',
  'linkedSpanId',
] as const
export type IntrinsicKey = (typeof KEYS)[number]

const PLACES = new Map<string, number>(KEYS.map((key, place) => [key, place]))
/** Agents have twenty or thirty in all: those beyond are no span of an agent. */
export const MAX_OTHER_INTRINSICS = 256
export const TOO_MANY_INTRINSICS = `intrinsics: expected at most ${MAX_OTHER_INTRINSICS}, got more`

/** One object serves all spans, one after the other. What is taken out becomes part of the span; what is left, attributes. */
export class Intrinsics {
  readonly #values: (AgentValue | undefined)[] = KEYS.map(() => undefined)

  clear(): void {
    this.#values.fill(undefined)
  }

  /** Whether it is one of those above; only then it is remembered. */
  add(key: string, value: AgentValue): boolean {
    const place = PLACES.get(key)
    if (place !== undefined) this.#values[place] = value
    return place !== undefined
  }

  get(key: IntrinsicKey): AgentValue | undefined {
    return this.#values[PLACES.get(key)!]
  }

  remove(key: IntrinsicKey): void {
    this.#values[PLACES.get(key)!] = undefined
  }

  /** Takes a text out; '' when there is none, or something else, which stays. */
  takeText(key: IntrinsicKey): string {
    const value = this.get(key)
    if (typeof value !== 'string') return ''
    this.remove(key)
    return value
  }

  /** Takes a number of milliseconds out, as nanoseconds; undefined, and it stays, when it is none that a time can hold. */
  takeMillis(key: IntrinsicKey): bigint | undefined {
    return this.#takeNanos(key, NANOS_PER_MILLI)
  }

  /** The same for seconds. */
  takeSeconds(key: IntrinsicKey): bigint | undefined {
    return this.#takeNanos(key, NANOS_PER_SECOND)
  }

  /**
   * Index into SPAN_KINDS. `span.kind` is taken out where it is one of OpenTelemetry's words. Agents that do not send it
   * say by the category whom a span calls, and by the name of its transaction what an entry point answers.
   */
  takeKind(): number {
    const told = this.get('span.kind')
    const kind = typeof told === 'string' ? SPAN_KINDS.indexOf(told.toLowerCase() as SpanKind) : -1
    if (kind <= 0) return SPAN_KINDS.indexOf(this.#guessKind())
    this.remove('span.kind')
    return kind
  }

  /** Calls `write` for each that is left. */
  visit(write: (key: string, value: AgentValue) => void): void {
    for (const [place, value] of this.#values.entries()) if (value !== undefined) write(KEYS[place]!, value)
  }

  #takeNanos(key: IntrinsicKey, unitNanos: bigint): bigint | undefined {
    const value = this.get(key)
    const nanos = typeof value === 'number' || typeof value === 'bigint' ? nanosOf(value, unitNanos) : undefined
    if (nanos !== undefined) this.remove(key)
    return nanos
  }

  #guessKind(): SpanKind {
    const category = this.get('category')
    if (category === 'http' || category === 'datastore') return 'client'
    if (this.get('nr.entryPoint') !== true) return 'internal'
    const transaction = this.get('transaction.name') ?? this.get('name')
    if (typeof transaction !== 'string' || !transaction.startsWith('OtherTransaction/')) return 'server'
    return transaction.startsWith('OtherTransaction/Message/') ? 'consumer' : 'internal'
  }
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
