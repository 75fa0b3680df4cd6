// A batch as bytes: the payload of a journal record, which may hold several behind each other. Little-endian, columns before the message bytes:
//
//   | signal u8 | layout u8 | 0 u16 | count u32 | bytes of origins u32 | bytes of messages u32 |   16 bytes
//   | u64 columns | id columns | u32 columns | u8 columns |   `count` rows each, so each column is aligned
//   | origins: a length-delimited field 1 each |
//   | message bytes |   what itemOffset points into; copied neither on the way out nor in
import {
  DecodeError,
  LOG_ROW_BYTES,
  type LogBatch,
  type Origin,
  SPAN_ROW_BYTES,
  type SpanBatch,
  type TelemetryBatch,
} from '@clew/model'
import { ProtobufReader, readUint32 } from '../wire/protobuf-reader.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { RowLayout } from './row-layout.ts'

const FORMAT = 'clew batch'
const LAYOUT_VERSION = 1
const HEADER_BYTES = 16
const SIGNAL_SPANS = 1
const SIGNAL_LOGS = 2
const ORIGIN = { service: 1, resource: 2, resource_schema_url: 3, scope: 4, scope_schema_url: 5 } as const

/** The chunks of the payload in order; the last one is `batch.bytes` itself, and the columns are copied only where they must. */
export function encodeBatch(batch: TelemetryBatch): Uint8Array[] {
  const origins = encodeOrigins(batch.origins)
  const header = new Uint8Array(HEADER_BYTES)
  const view = new DataView(header.buffer)
  view.setUint8(0, batch.signal === 'spans' ? SIGNAL_SPANS : SIGNAL_LOGS)
  view.setUint8(1, LAYOUT_VERSION)
  view.setUint32(4, batch.count, true)
  view.setUint32(8, origins.length, true)
  view.setUint32(12, batch.bytes.length, true)
  const columns = batch.signal === 'spans' ? spanColumns(batch) : logColumns(batch)
  return [header, joinedInPlace(columns, batch.count) ?? joined(columns, batch.count), origins, batch.bytes]
}

/** Several batches behind each other, each but the last padded so that the next starts at a multiple of eight. */
export function encodeBatches(batches: readonly TelemetryBatch[]): Uint8Array[] {
  if (batches.length === 1) return encodeBatch(batches[0]!)
  return batches.flatMap((batch, i) => {
    const chunks = encodeBatch(batch)
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    return i === batches.length - 1 ? chunks : [...chunks, new Uint8Array(paddingOf(length))]
  })
}

/** The batches in a payload; throws as `decodeBatch` does. */
export function decodeBatches(payload: Uint8Array): TelemetryBatch[] {
  const batches: TelemetryBatch[] = []
  let at = 0
  do {
    const rest = payload.subarray(at)
    const length = rest.length < HEADER_BYTES ? rest.length : Math.min(batchLength(rest), rest.length)
    const end = length + paddingOf(length)
    batches.push(decodeBatch(end < rest.length ? rest.subarray(0, length) : rest))
    at += end < rest.length ? end : rest.length
  } while (at < payload.length)
  return batches
}

function paddingOf(length: number): number {
  return -length & 7
}

/** What the header of a batch says of its length. */
function batchLength(payload: Uint8Array): number {
  const rowBytes = payload[0] === SIGNAL_SPANS ? SPAN_ROW_BYTES : LOG_ROW_BYTES
  return HEADER_BYTES + readUint32(payload, 4) * rowBytes + readUint32(payload, 8) + readUint32(payload, 12)
}

/** Most memory that `encodeBatch` takes beside the arrays of the batch. */
export function encodingBytes(batch: TelemetryBatch): number {
  const isSpans = batch.signal === 'spans'
  const columns = isSpans ? spanColumns(batch) : logColumns(batch)
  const copied = joinedInPlace(columns, batch.count) === undefined ? batch.count : 0
  return HEADER_BYTES + copied * (isSpans ? SPAN_ROW_BYTES : LOG_ROW_BYTES) + originsBound(batch.origins)
}

/**
 * The batch in a payload, as views of it; the columns are copied when the payload does not start at a multiple of eight.
 * Throws DecodeError when the payload is not whole, of another layout, or points outside itself.
 */
export function decodeBatch(payload: Uint8Array): TelemetryBatch {
  if (payload.length < HEADER_BYTES) throw new DecodeError(FORMAT, 'byte 0', `${payload.length} bytes are no header`)
  const signal = payload[0]
  if (payload[1] !== LAYOUT_VERSION)
    throw new DecodeError(FORMAT, 'byte 1', `layout ${payload[1]}, this Clew reads layout ${LAYOUT_VERSION}`)
  if (signal !== SIGNAL_SPANS && signal !== SIGNAL_LOGS)
    throw new DecodeError(FORMAT, 'byte 0', `signal ${signal}, expected ${SIGNAL_SPANS} or ${SIGNAL_LOGS}`)
  const count = readUint32(payload, 4)
  const originsStart = HEADER_BYTES + count * (signal === SIGNAL_SPANS ? SPAN_ROW_BYTES : LOG_ROW_BYTES)
  const messagesStart = originsStart + readUint32(payload, 8)
  const end = messagesStart + readUint32(payload, 12)
  if (end !== payload.length)
    throw new DecodeError(FORMAT, 'byte 4', `header says ${end} bytes in all, got ${payload.length}`)

  const columns = payload.subarray(HEADER_BYTES, originsStart)
  const layout = new RowLayout(columns.byteOffset % 8 === 0 ? columns : new Uint8Array(columns), count)
  const bytes = payload.subarray(messagesStart)
  const origins = decodeOrigins(payload, originsStart, messagesStart)
  const batch = signal === SIGNAL_SPANS ? spanBatch(layout, bytes, origins) : logBatch(layout, bytes, origins)
  checkRows(batch)
  return batch
}

interface Column {
  readonly column: Uint8Array | Uint32Array | BigUint64Array
  readonly bytesPerRow: number
}

// The order of the columns below is the layout on disk: reading and writing name them in the same order.

function spanColumns(batch: SpanBatch): Column[] {
  return [
    { column: batch.startUnixNano, bytesPerRow: 8 },
    { column: batch.endUnixNano, bytesPerRow: 8 },
    { column: batch.traceId, bytesPerRow: 16 },
    { column: batch.spanId, bytesPerRow: 8 },
    { column: batch.parentSpanId, bytesPerRow: 8 },
    { column: batch.itemOffset, bytesPerRow: 4 },
    { column: batch.itemLength, bytesPerRow: 4 },
    { column: batch.nameOffset, bytesPerRow: 4 },
    { column: batch.nameLength, bytesPerRow: 4 },
    { column: batch.origin, bytesPerRow: 4 },
    { column: batch.kind, bytesPerRow: 1 },
    { column: batch.status, bytesPerRow: 1 },
    { column: batch.marks, bytesPerRow: 1 },
  ]
}

function spanBatch(layout: RowLayout, bytes: Uint8Array, origins: Origin[]): SpanBatch {
  return {
    signal: 'spans',
    count: layout.count,
    bytes,
    startUnixNano: layout.uint64(),
    endUnixNano: layout.uint64(),
    traceId: layout.bytes(16),
    spanId: layout.bytes(8),
    parentSpanId: layout.bytes(8),
    itemOffset: layout.uint32(),
    itemLength: layout.uint32(),
    nameOffset: layout.uint32(),
    nameLength: layout.uint32(),
    origin: layout.uint32(),
    kind: layout.bytes(1),
    status: layout.bytes(1),
    marks: layout.bytes(1),
    origins,
  }
}

function logColumns(batch: LogBatch): Column[] {
  return [
    { column: batch.timeUnixNano, bytesPerRow: 8 },
    { column: batch.observedUnixNano, bytesPerRow: 8 },
    { column: batch.traceId, bytesPerRow: 16 },
    { column: batch.spanId, bytesPerRow: 8 },
    { column: batch.itemOffset, bytesPerRow: 4 },
    { column: batch.itemLength, bytesPerRow: 4 },
    { column: batch.origin, bytesPerRow: 4 },
    { column: batch.severity, bytesPerRow: 1 },
    { column: batch.marks, bytesPerRow: 1 },
  ]
}

function logBatch(layout: RowLayout, bytes: Uint8Array, origins: Origin[]): LogBatch {
  return {
    signal: 'logs',
    count: layout.count,
    bytes,
    timeUnixNano: layout.uint64(),
    observedUnixNano: layout.uint64(),
    traceId: layout.bytes(16),
    spanId: layout.bytes(8),
    itemOffset: layout.uint32(),
    itemLength: layout.uint32(),
    origin: layout.uint32(),
    severity: layout.bytes(1),
    marks: layout.bytes(1),
    origins,
  }
}

/** The columns as one stretch of bytes, if that is how they lie: allocateSpanBatch puts them so, in the order of the layout. */
function joinedInPlace(columns: readonly Column[], count: number): Uint8Array | undefined {
  const { buffer, byteOffset } = columns[0]!.column
  let end = byteOffset
  for (const { column, bytesPerRow } of columns) {
    if (column.buffer !== buffer || column.byteOffset !== end) return undefined
    end += count * bytesPerRow
  }
  return new Uint8Array(buffer, byteOffset, end - byteOffset)
}

function joined(columns: readonly Column[], count: number): Uint8Array {
  const bytes = new Uint8Array(columns.reduce((sum, { bytesPerRow }) => sum + count * bytesPerRow, 0))
  let at = 0
  for (const { column, bytesPerRow } of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, count * bytesPerRow), at)
    at += count * bytesPerRow
  }
  return bytes
}

/** Tags and lengths of one origin, each at its longest. */
const ORIGIN_FRAME_BYTES = 64

function originsBound(origins: readonly Origin[]): number {
  let bytes = 0
  for (const origin of origins) {
    const texts = origin.service.length + origin.resourceSchemaUrl.length + origin.scopeSchemaUrl.length
    bytes += ORIGIN_FRAME_BYTES + 3 * texts + origin.resource.length + origin.scope.length
  }
  return bytes
}

function encodeOrigins(origins: readonly Origin[]): Uint8Array {
  const writer = new ProtobufWriter(originsBound(origins))
  for (const origin of origins) {
    const open = writer.open(1)
    writer.stringField(ORIGIN.service, origin.service)
    writer.bytesField(ORIGIN.resource, origin.resource)
    writer.stringField(ORIGIN.resource_schema_url, origin.resourceSchemaUrl)
    writer.bytesField(ORIGIN.scope, origin.scope)
    writer.stringField(ORIGIN.scope_schema_url, origin.scopeSchemaUrl)
    writer.close(open)
  }
  return writer.written()
}

function decodeOrigins(payload: Uint8Array, start: number, end: number): Origin[] {
  const origins: Origin[] = []
  const list = new ProtobufReader(FORMAT, payload, start, end)
  const reader = new ProtobufReader(FORMAT)
  while (list.next()) {
    const origin = {
      service: '',
      resource: payload.subarray(0, 0),
      resourceSchemaUrl: '',
      scope: payload.subarray(0, 0),
      scopeSchemaUrl: '',
    }
    reader.open(payload, list.valueStart, list.valueEnd)
    while (reader.next()) {
      if (reader.field === ORIGIN.service) origin.service = reader.text()
      else if (reader.field === ORIGIN.resource) origin.resource = payload.subarray(reader.valueStart, reader.valueEnd)
      else if (reader.field === ORIGIN.resource_schema_url) origin.resourceSchemaUrl = reader.text()
      else if (reader.field === ORIGIN.scope) origin.scope = payload.subarray(reader.valueStart, reader.valueEnd)
      else if (reader.field === ORIGIN.scope_schema_url) origin.scopeSchemaUrl = reader.text()
    }
    origins.push(origin)
  }
  return origins
}

/** Everything a row points at must be there: whoever reads the batch later does so without looking. */
function checkRows(batch: TelemetryBatch): void {
  const size = batch.bytes.length
  for (let row = 0; row < batch.count; row++) {
    if (batch.itemOffset[row]! + batch.itemLength[row]! > size) failRow(row, 'item ends after the message bytes')
    if (batch.origin[row]! >= batch.origins.length)
      failRow(row, `origin ${batch.origin[row]} of ${batch.origins.length}`)
    if (batch.signal === 'spans' && batch.nameOffset[row]! + batch.nameLength[row]! > size)
      failRow(row, 'name ends after the message bytes')
  }
}

function failRow(row: number, problem: string): never {
  throw new DecodeError(FORMAT, `row ${row}`, problem)
}
