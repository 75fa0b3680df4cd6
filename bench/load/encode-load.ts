// Load → OTLP protobuf request bodies, made before anything is measured (opentelemetry/proto/trace/v1/trace.proto).
import { gzip } from 'node:zlib'
import { EVENT_NAMES, FAILURE_KINDS, SERVICES } from './catalog.ts'
import { type Load, requestIdOf } from './load.ts'
import { ProtobufOut } from './protobuf-out.ts'

export interface RequestBody {
  readonly bytes: Buffer
  readonly firstSpan: number
  readonly spanCount: number
  /** Where each 16-byte trace id starts: `giveNewIds` changes them there. */
  readonly idPositions: Uint32Array
}

export const SPANS_PER_REQUEST = 500

/** Bodies of whole traces, each of at least 500 spans, grouped by resource: the traces from `fromTrace` on, below `toTrace`. */
export function encodeLoad(load: Load, fromTrace = 0, toTrace = load.traceCount): RequestBody[] {
  const encoder = new LoadEncoder(load)
  const bodies: RequestBody[] = []
  let first = load.traceFirst[fromTrace]!
  for (let trace = fromTrace; trace < toTrace; trace++) {
    const next = load.traceFirst[trace + 1]!
    if (next - first < SPANS_PER_REQUEST && trace + 1 < toTrace) continue
    bodies.push(encoder.request(first, next))
    first = next
  }
  return bodies
}

/** One body a span: what a sender without batching sends. */
export function encodeSingles(load: Load, count: number): RequestBody[] {
  const encoder = new LoadEncoder(load)
  return Array.from({ length: count }, (_, span) => encoder.request(span, span + 1))
}

/** The same spans under other trace ids, in place, so that a body can be sent again and is not taken for a repeat. */
export function giveNewIds(body: RequestBody, oldRound: number, newRound: number): void {
  const change = Math.imul(oldRound, 0x9e3779b1) ^ Math.imul(newRound, 0x9e3779b1)
  for (const position of body.idPositions)
    body.bytes.writeInt32LE(body.bytes.readInt32LE(position + 8) ^ change, position + 8)
}

export function gzipBody(body: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    gzip(body, (error, packed) => (error === null ? resolve(packed) : reject(error))),
  )
}

class LoadEncoder {
  readonly #load: Load
  readonly #base: { low: number; high: number }
  readonly #out = new ProtobufOut(32 << 20)
  readonly #resources = SERVICES.map(encodeResource)
  readonly #operations = SERVICES.map((service) =>
    service.operations.map((_, index) => encodeOperation(service, index)),
  )
  readonly #exceptions = FAILURE_KINDS.map(encodeException)
  readonly #scope = encodeScope()

  constructor(load: Load) {
    this.#load = load
    this.#base = {
      low: Number(load.baseUnixNano & 0xffffffffn),
      high: Number(load.baseUnixNano >> 32n),
    }
  }

  request(first: number, next: number): RequestBody {
    const out = this.#out
    out.at = 0
    const positions: number[] = []
    const groups: number[][] = SERVICES.map(() => [])
    for (let span = first; span < next; span++) groups[this.#load.service[span]!]!.push(span)
    groups.forEach((spans, service) => {
      if (spans.length === 0) return
      out.varint((1 << 3) | 2)
      const resourceSpans = out.begin(3)
      out.raw(this.#resources[service]!)
      out.varint((2 << 3) | 2)
      const scopeSpans = out.begin(3)
      out.raw(this.#scope)
      for (const span of spans) positions.push(this.#span(span))
      // Moving the content moves the ids with it.
      const before = out.at
      out.end(scopeSpans, 3)
      out.end(resourceSpans, 3)
      const moved = before - out.at
      if (moved > 0) for (let i = positions.length - spans.length; i < positions.length; i++) positions[i]! -= moved
    })
    return {
      bytes: Buffer.from(out.bytes.subarray(0, out.at)),
      firstSpan: first,
      spanCount: next - first,
      idPositions: Uint32Array.from(positions),
    }
  }

  /** Returns where the trace id is. */
  #span(span: number): number {
    const load = this.#load
    const out = this.#out
    out.varint((2 << 3) | 2)
    const message = out.begin(2)
    out.bytesField(1, load.traceId, load.trace[span]! * 16, 16)
    let idPosition = out.at - 16
    out.bytesField(2, load.spanId, span * 8, 8)
    const parent = load.parent[span]!
    if (parent >= 0) out.bytesField(4, load.spanId, parent * 8, 8)
    out.fixed64(7, this.#base, load.start[span]!)
    out.fixed64(8, this.#base, load.start[span]! + load.duration[span]!)
    out.raw(this.#operations[load.service[span]!]![load.operation[span]!]!)
    writeInt(out, 9, 'http.response.status_code', load.statusCode[span]!)
    writeText(out, 9, 'user.id', `user-${load.user[span]}`)
    writeText(out, 9, 'request.id', requestIdOf(load, span))
    writeInt(out, 9, 'thread.id', load.thread[span]!)
    writeBool(out, 9, 'cache.hit', (load.user[span]! & 1) === 1)
    writeDouble(out, 9, 'cart.value', load.amount[span]!)
    this.#eventsAndStatus(span)
    const before = out.at
    out.end(message, 2)
    idPosition += out.at - before
    return idPosition
  }

  #eventsAndStatus(span: number): void {
    const load = this.#load
    const out = this.#out
    const middle = load.start[span]! + Math.floor(load.duration[span]! / 2)
    if (load.event[span]! > 0) {
      out.varint((11 << 3) | 2)
      const event = out.begin(1)
      out.fixed64(1, this.#base, middle)
      out.text(2, EVENT_NAMES[load.event[span]! - 1]!)
      writeInt(out, 3, 'attempt', 1 + (load.user[span]! % 3))
      out.end(event, 1)
    }
    if (load.failure[span] === 0) return
    const failure = FAILURE_KINDS[load.failure[span]! - 1]!
    out.varint((11 << 3) | 2)
    const event = out.begin(2)
    out.fixed64(1, this.#base, middle)
    out.raw(this.#exceptions[load.failure[span]! - 1]!)
    out.end(event, 2)
    out.varint((15 << 3) | 2)
    const status = out.begin(1)
    out.text(2, failure.message)
    out.varint(3 << 3)
    out.varint(2)
    out.end(status, 1)
  }
}

function encoded(write: (out: ProtobufOut) => void): Buffer {
  const out = new ProtobufOut(64 << 10)
  write(out)
  return Buffer.from(out.bytes.subarray(0, out.at))
}

function encodeResource(service: (typeof SERVICES)[number]): Buffer {
  return encoded((out) => {
    out.varint((1 << 3) | 2)
    const resource = out.begin(2)
    for (const [key, value] of service.resource) writeText(out, 1, key, value)
    out.end(resource, 2)
  })
}

function encodeScope(): Buffer {
  return encoded((out) => {
    out.varint((1 << 3) | 2)
    const scope = out.begin(1)
    out.text(1, '@opentelemetry/instrumentation-http')
    out.text(2, '0.223.1')
    out.end(scope, 1)
  })
}

/** What all spans of an operation share: name, kind and four of the ten attributes. */
function encodeOperation(service: (typeof SERVICES)[number], index: number): Buffer {
  const operation = service.operations[index]!
  return encoded((out) => {
    out.text(5, operation.name)
    out.varint(6 << 3)
    out.varint(operation.kind)
    writeText(out, 9, 'http.request.method', operation.method)
    writeText(out, 9, 'http.route', operation.route)
    writeText(out, 9, 'server.address', service.address)
    writeText(out, 9, 'user_agent.original', operation.userAgent)
  })
}

function encodeException(failure: (typeof FAILURE_KINDS)[number]): Buffer {
  return encoded((out) => {
    out.text(2, 'exception')
    writeText(out, 3, 'exception.type', failure.type)
    writeText(out, 3, 'exception.message', failure.message)
    writeText(out, 3, 'exception.stacktrace', failure.stack)
  })
}

/** KeyValue { 1 key, 2 AnyValue { … } } as `field`. */
function writeAttribute(out: ProtobufOut, field: number, key: string, value: () => void): void {
  out.varint((field << 3) | 2)
  const pair = out.begin(1)
  out.text(1, key)
  out.varint((2 << 3) | 2)
  const any = out.begin(1)
  value()
  out.end(any, 1)
  out.end(pair, 1)
}

function writeText(out: ProtobufOut, field: number, key: string, value: string): void {
  writeAttribute(out, field, key, () => out.text(1, value))
}

function writeBool(out: ProtobufOut, field: number, key: string, value: boolean): void {
  writeAttribute(out, field, key, () => {
    out.varint(2 << 3)
    out.varint(value ? 1 : 0)
  })
}

function writeInt(out: ProtobufOut, field: number, key: string, value: number): void {
  writeAttribute(out, field, key, () => {
    out.varint(3 << 3)
    out.varint(value)
  })
}

function writeDouble(out: ProtobufOut, field: number, key: string, value: number): void {
  writeAttribute(out, field, key, () => out.double(4, value))
}
