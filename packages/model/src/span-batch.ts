// The write waist: columns that every later stage needs, beside the raw OTLP protobuf bytes of each item.
// OTLP is the canonical form: what a dialect said is in those bytes; sanitizers change the columns, not the bytes.
//
//   bytes     |..ResourceSpans..|span 0|span 1|....|span n|
//   itemOffset                   ^      ^           ^        itemLength says how far each reaches
//   traceId   [16 bytes][16 bytes]…     startUnixNano [u64][u64]…     origin [0][0][1]…
//   origins   [{service, resource, scope}, {service, resource, scope}]

/** Who emitted a group of items: one resource with one instrumentation scope, as OTLP nests them. */
export interface Origin {
  /** `service.name`; never empty once the sanitizers ran. */
  service: string
  /** Bytes of the OTLP `Resource` message; empty when the sender gave none. */
  readonly resource: Uint8Array
  readonly resourceSchemaUrl: string
  /** Bytes of the OTLP `InstrumentationScope` message; empty when the sender gave none. */
  readonly scope: Uint8Array
  readonly scopeSchemaUrl: string
}

interface BatchColumns {
  /** Number of items; every column has at least this many entries, and entries beyond it mean nothing. */
  count: number
  /** What `itemOffset` and `nameOffset` point into. */
  bytes: Uint8Array
  /** Where the OTLP `Span` or `LogRecord` message of an item starts and how long it is. */
  itemOffset: Uint32Array
  itemLength: Uint32Array
  /** 16 bytes an item. */
  traceId: Uint8Array
  /** 8 bytes an item. */
  spanId: Uint8Array
  /** Index into `origins`. */
  origin: Uint32Array
  origins: Origin[]
  /** Bits of `MARK`: what a sanitizer found or changed. */
  marks: Uint8Array
}

export interface SpanBatch extends BatchColumns {
  readonly signal: 'spans'
  /** 8 bytes an item; all zero for a root span. */
  parentSpanId: Uint8Array
  startUnixNano: BigUint64Array
  endUnixNano: BigUint64Array
  /** OTLP enum values: index into SPAN_KINDS and STATUS_CODES. */
  kind: Uint8Array
  status: Uint8Array
  nameOffset: Uint32Array
  nameLength: Uint32Array
}

export interface LogBatch extends BatchColumns {
  readonly signal: 'logs'
  /** 0 when the sender gave none. */
  timeUnixNano: BigUint64Array
  observedUnixNano: BigUint64Array
  severity: Uint8Array
}

export type TelemetryBatch = SpanBatch | LogBatch

/** Bits of `marks`. */
export const MARK = {
  endBeforeStart: 1,
  /** Start or end outside 1990 to 2262, or further from the time of acceptance than a trace can be meant. */
  timeOutOfSense: 2,
  /** A string was no UTF-8: rewritten in the bytes, the original kept under `clew.original.<key>`. */
  invalidUtf8: 4,
  /** A value above the limit was cut, or attributes, events or links beyond it left out: in the bytes, and counted as dropped. */
  valueCut: 8,
  /** The sender gave no `service.name`. */
  unknownService: 16,
  /** The sender gave no start: the column holds the time of acceptance, or the end where one was given. */
  startAbsent: 32,
  /** The sender gave no end, and no duration: the column holds the start. */
  endAbsent: 64,
} as const

/** What all columns of one item take. */
export const SPAN_ROW_BYTES = 8 + 8 + 16 + 8 + 8 + 4 * 5 + 3
export const LOG_ROW_BYTES = 8 + 8 + 16 + 8 + 4 * 3 + 2

export const UNKNOWN_SERVICE = 'unknown_service'

/** An empty batch with room for `capacity` spans; the columns share one buffer. */
export function allocateSpanBatch(capacity: number, bytes: Uint8Array): SpanBatch {
  const buffer = new ArrayBuffer(capacity * SPAN_ROW_BYTES)
  const take = slicer(buffer)
  return {
    signal: 'spans',
    count: 0,
    bytes,
    startUnixNano: new BigUint64Array(buffer, take(8 * capacity), capacity),
    endUnixNano: new BigUint64Array(buffer, take(8 * capacity), capacity),
    traceId: new Uint8Array(buffer, take(16 * capacity), 16 * capacity),
    spanId: new Uint8Array(buffer, take(8 * capacity), 8 * capacity),
    parentSpanId: new Uint8Array(buffer, take(8 * capacity), 8 * capacity),
    itemOffset: new Uint32Array(buffer, take(4 * capacity), capacity),
    itemLength: new Uint32Array(buffer, take(4 * capacity), capacity),
    nameOffset: new Uint32Array(buffer, take(4 * capacity), capacity),
    nameLength: new Uint32Array(buffer, take(4 * capacity), capacity),
    origin: new Uint32Array(buffer, take(4 * capacity), capacity),
    kind: new Uint8Array(buffer, take(capacity), capacity),
    status: new Uint8Array(buffer, take(capacity), capacity),
    marks: new Uint8Array(buffer, take(capacity), capacity),
    origins: [],
  }
}

/** An empty batch with room for `capacity` log records; the columns share one buffer. */
export function allocateLogBatch(capacity: number, bytes: Uint8Array): LogBatch {
  const buffer = new ArrayBuffer(capacity * LOG_ROW_BYTES)
  const take = slicer(buffer)
  return {
    signal: 'logs',
    count: 0,
    bytes,
    timeUnixNano: new BigUint64Array(buffer, take(8 * capacity), capacity),
    observedUnixNano: new BigUint64Array(buffer, take(8 * capacity), capacity),
    traceId: new Uint8Array(buffer, take(16 * capacity), 16 * capacity),
    spanId: new Uint8Array(buffer, take(8 * capacity), 8 * capacity),
    itemOffset: new Uint32Array(buffer, take(4 * capacity), capacity),
    itemLength: new Uint32Array(buffer, take(4 * capacity), capacity),
    origin: new Uint32Array(buffer, take(4 * capacity), capacity),
    severity: new Uint8Array(buffer, take(capacity), capacity),
    marks: new Uint8Array(buffer, take(capacity), capacity),
    origins: [],
  }
}

function slicer(buffer: ArrayBuffer): (byteLength: number) => number {
  let next = 0
  return (byteLength) => {
    const offset = next
    next += byteLength
    if (next > buffer.byteLength)
      throw new RangeError(`column past the end of its buffer: ${next} > ${buffer.byteLength}`)
    return offset
  }
}
