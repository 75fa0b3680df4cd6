// The OTLP bytes of a span from what `traces` holds of it: trace id and times from their columns, then pieces and values in
// turn (block/span-pieces.ts takes them apart).
import { DecodeError } from '@clew/model'

/** Pieces by number: `bytes[ends[number - 1], ends[number])`. Number 0 is nothing. */
export interface Pieces {
  readonly bytes: Uint8Array
  readonly ends: Uint32Array
  /** Numbers below it are known. */
  readonly count: number
}

export interface StoredParts {
  readonly traceHigh: bigint
  readonly traceLow: bigint
  readonly start: bigint
  readonly elapsed: bigint
  readonly pieces: Uint8Array
  readonly values: Uint8Array
}

const SPAN_ID_BYTES = 8
/** Tag and length of trace id and span id, with the ids; tags of start and end, with the times. */
const HEAD_BYTES = 2 + 16 + 2 + 8 + 2 * 9

/** The highest number that `pieces` refers to. */
export function highestPiece(pieces: Uint8Array): number {
  let highest = 0
  for (let at = 0; at < pieces.length; at = afterVarint) {
    const number = varint(pieces, at) >>> 1
    if (number > highest) highest = number
  }
  return highest
}

/** Throws DecodeError when the parts are not what the block builder writes or a piece is unknown. */
export function joinPieces(parts: StoredParts, known: Pieces): Uint8Array {
  const message = new Uint8Array(joinedLength(parts, known))
  const view = new DataView(message.buffer)
  message[0] = 0x0a
  message[1] = 16
  view.setBigUint64(2, parts.traceHigh)
  view.setBigUint64(10, parts.traceLow)
  message[18] = 0x12
  message[19] = SPAN_ID_BYTES
  message.set(parts.values.subarray(0, SPAN_ID_BYTES), 20)
  message[28] = 0x39
  view.setBigUint64(29, parts.start, true)
  message[37] = 0x41
  view.setBigUint64(38, BigInt.asUintN(64, parts.start + parts.elapsed), true)
  const { pieces, values } = parts
  let to = HEAD_BYTES
  let valueAt = SPAN_ID_BYTES
  for (let at = 0; at < pieces.length; at = afterVarint) {
    const step = varint(pieces, at)
    const next = afterVarint
    const number = step >>> 1
    if (number > 0) to = copy(known.bytes, known.ends[number - 1]!, known.ends[number]!, message, to)
    if ((step & 1) === 1) {
      const length = varint(values, valueAt)
      to = copy(values, afterVarint, afterVarint + length, message, to)
      valueAt = afterVarint + length
    }
    afterVarint = next
  }
  return message
}

function joinedLength({ pieces, values }: StoredParts, known: Pieces): number {
  let length = HEAD_BYTES
  let valueAt = SPAN_ID_BYTES
  for (let at = 0; at < pieces.length; at = afterVarint) {
    const step = varint(pieces, at)
    const next = afterVarint
    const number = step >>> 1
    if (number >= known.count)
      throw new DecodeError('stored span', `piece ${number}`, `expected one below ${known.count}`)
    if (number > 0) length += known.ends[number]! - known.ends[number - 1]!
    if ((step & 1) === 1) {
      const size = varint(values, valueAt)
      length += size
      valueAt = afterVarint + size
    }
    afterVarint = next
  }
  if (valueAt !== values.length)
    throw new DecodeError('stored span', `byte ${valueAt} of its values`, `expected the end at ${values.length}`)
  return length
}

/** Where the varint ends that was read last. */
let afterVarint = 0

function varint(bytes: Uint8Array, start: number): number {
  let at = start
  let value = 0
  let shift = 0
  let byte: number
  do {
    if (at >= bytes.length) throw new DecodeError('stored span', `byte ${at}`, 'expected a number, got the end')
    byte = bytes[at++]!
    value |= (byte & 0x7f) << shift
    shift += 7
  } while (byte >= 0x80 && shift < 35)
  afterVarint = at
  return value >>> 0
}

/** Below this a loop is faster than making a view and calling `set`. */
const SHORT_COPY_BYTES = 48

function copy(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
  if (end - start > SHORT_COPY_BYTES) {
    target.set(source.subarray(start, end), at)
    return at + end - start
  }
  let to = at
  for (let from = start; from < end; from++) target[to++] = source[from]!
  return to
}
