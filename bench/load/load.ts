// The load of the bench as columns: what every span is, before it is encoded. The bench asks the server questions and
// compares the answers with what these columns say, so nothing about the load is known only to its encoded bytes.
import { FAILURE_KINDS, SERVICES } from './catalog.ts'
import { Random } from './random.ts'

export const LOAD_MINUTES = 30
const WINDOW_NANOS = LOAD_MINUTES * 60 * 1e9
/** The last trace starts this long before the end, so that no span ends in the future. */
const TAIL_NANOS = 20e9
const SPANS_PER_TRACE = { min: 5, max: 11 }
const ERROR_RATE = 0.03
const EVENT_RATE = 0.1
const USERS = 50_000

export interface Load {
  readonly spanCount: number
  readonly traceCount: number
  /** Nanoseconds since 1970 of offset 0. */
  readonly baseUnixNano: bigint
  /** Index of the first span of each trace, and one entry more: spans of a trace are neighbours, its root comes first. */
  readonly traceFirst: Uint32Array
  /** 16 bytes a trace. */
  readonly traceId: Uint8Array
  readonly trace: Uint32Array
  /** 8 bytes a span. */
  readonly spanId: Uint8Array
  /** Index of the parent span, or -1 for a root. */
  readonly parent: Int32Array
  readonly service: Uint8Array
  readonly operation: Uint8Array
  /** Nanoseconds after `baseUnixNano`; exact in a double. */
  readonly start: Float64Array
  readonly duration: Float64Array
  readonly statusCode: Uint16Array
  /** Index into FAILURE_KINDS plus one, or 0. */
  readonly failure: Uint8Array
  /** Index into EVENT_NAMES plus one, or 0. */
  readonly event: Uint8Array
  readonly user: Uint32Array
  /** Two numbers a span: 64 random bits, the attribute `request.id`. */
  readonly requestId: Uint32Array
  readonly thread: Uint16Array
  readonly amount: Float64Array
}

export interface LoadOptions {
  readonly spans: number
  readonly seed: number
  readonly endMs: number
  /** 5 to 11 when left out. */
  readonly spansPerTrace?: { readonly min: number; readonly max: number }
}

/** At least `spans` spans in whole traces, over the 30 minutes before `endMs`. */
export function createLoad(options: LoadOptions): Load {
  const random = new Random(options.seed)
  const { min, max } = options.spansPerTrace ?? SPANS_PER_TRACE
  const capacity = options.spans + max
  const traces = Math.ceil(capacity / min) + 1
  const columns = {
    traceFirst: new Uint32Array(traces + 1),
    traceId: new Uint8Array(traces * 16),
    trace: new Uint32Array(capacity),
    spanId: new Uint8Array(capacity * 8),
    parent: new Int32Array(capacity),
    service: new Uint8Array(capacity),
    operation: new Uint8Array(capacity),
    start: new Float64Array(capacity),
    duration: new Float64Array(capacity),
    statusCode: new Uint16Array(capacity),
    failure: new Uint8Array(capacity),
    event: new Uint8Array(capacity),
    user: new Uint32Array(capacity),
    requestId: new Uint32Array(capacity * 2),
    thread: new Uint16Array(capacity),
    amount: new Float64Array(capacity),
  }
  let span = 0
  let trace = 0
  while (span < options.spans) {
    columns.traceFirst[trace] = span
    fillRandom(random, columns.traceId, trace * 16, 16)
    const first = span
    const count = min + random.integer(max - min + 1)
    for (; span < first + count; span++) fillSpan(random, columns, span, first, trace)
    trace++
  }
  columns.traceFirst[trace] = span
  const baseUnixNano = BigInt(options.endMs) * 1_000_000n - BigInt(WINDOW_NANOS)
  return { ...columns, spanCount: span, traceCount: trace, baseUnixNano }
}

type Columns = Omit<Load, 'spanCount' | 'traceCount' | 'baseUnixNano'>

function fillSpan(random: Random, columns: Columns, span: number, first: number, trace: number): void {
  const parent = span === first ? -1 : first + random.integer(span - first)
  columns.trace[span] = trace
  fillRandom(random, columns.spanId, span * 8, 8)
  columns.parent[span] = parent
  columns.service[span] = random.integer(SERVICES.length)
  columns.operation[span] = random.integer(SERVICES[0]!.operations.length)
  if (parent < 0) {
    columns.start[span] = Math.floor(random.float() * (WINDOW_NANOS - TAIL_NANOS))
    columns.duration[span] = Math.floor(Math.min(random.logNormal(120e6, 0.9), TAIL_NANOS - 1e9))
  } else {
    const room = columns.duration[parent]!
    const offset = Math.floor(room * 0.5 * random.float())
    columns.start[span] = columns.start[parent]! + offset
    columns.duration[span] = Math.max(1000, Math.floor((room - offset) * (0.1 + 0.85 * random.float())))
  }
  const failed = random.float() < ERROR_RATE
  columns.failure[span] = failed ? 1 + random.integer(FAILURE_KINDS.length) : 0
  columns.statusCode[span] = failed ? 500 : random.float() < 0.05 ? 404 : 200
  columns.event[span] = random.float() < EVENT_RATE ? 1 + random.integer(4) : 0
  columns.user[span] = random.integer(USERS)
  columns.requestId[2 * span] = random.uint32()
  columns.requestId[2 * span + 1] = random.uint32()
  columns.thread[span] = random.integer(64)
  columns.amount[span] = Math.round(random.logNormal(40, 0.8) * 100) / 100
}

function fillRandom(random: Random, bytes: Uint8Array, offset: number, length: number): void {
  for (let i = offset; i < offset + length; i += 4) {
    const value = random.uint32()
    bytes[i] = value
    bytes[i + 1] = value >>> 8
    bytes[i + 2] = value >>> 16
    bytes[i + 3] = value >>> 24
  }
}

export function traceIdOf(load: Load, trace: number): string {
  return Buffer.from(load.traceId.buffer, load.traceId.byteOffset + trace * 16, 16).toString('hex')
}

export function requestIdOf(load: Load, span: number): string {
  const high = load.requestId[2 * span]!.toString(16).padStart(8, '0')
  return `req-${high}${load.requestId[2 * span + 1]!.toString(16).padStart(8, '0')}`
}
