// The OTLP bytes of spans taken apart into what repeats and what does not, so that the look-up copy holds each repeated
// piece (field tags, attribute keys, common values) once in a dictionary and only the rest a span. Joined again, piece and
// value in turn, they are the message as it came; `traces.otlp` does so in SQL, with trace id and times from their columns.
//
//   message   0a 10 <trace id> 12 08 <span id> 22 08 <parent> 2a 04 name 30 02 39 <start> 41 <end> 4a … route … 4a … <user>
//   pieces    [12 08      , 22 08   , 2a 04 name 30 02, 4a … http.route … /cart, 4a … user.id … 0a 06]
//   values    [<span id>  , <parent>, ''              , ''                     , u-8213              ]
import { ByteInterner, sampleBytes } from './byte-interner.ts'
import { ChunkedBytes } from './chunked-bytes.ts'
import { FieldCursor } from './field-cursor.ts'
import { GrowableUint32 } from './growable-bytes.ts'
import * as tags from './otlp-tags.ts'

/** An attribute with more different values than this in a block has them stored beside its key, not with it. */
const REPEATED_VALUES = 256
/** Beyond this a new piece is stored as a value: names that never repeat would make a dictionary of everything. */
const DICTIONARY_PIECES = 16_384
/** Keys whose variety is remembered from block to block. */
const REMEMBERED_KEYS = 16_384

/** Places for pieces that came lately; a power of two. */
const RECENT_PIECES = 4096

/** What is known of a span besides its bytes; a field that says the same is left out of them. */
export interface KnownFields {
  /** Pairs of words, low first, at `2 * row`. */
  readonly traceHigh: Uint32Array
  readonly traceLow: Uint32Array
  readonly spanId: Uint32Array
  readonly start: Uint32Array
  readonly end: Uint32Array
}

export class SpanPieces {
  readonly pieces = new ByteInterner()
  readonly pieceIds = new GrowableUint32(65_536)
  /** Native strings. */
  readonly values = new ChunkedBytes()
  readonly rowEnds = new GrowableUint32(16_384)
  readonly #keys = new ByteInterner()
  /** Different values seen of each key in this block; once they were too many, for good. */
  readonly #variety = new Uint16Array(REMEMBERED_KEYS + 1)
  /** The key that came after each one the last time: senders repeat their order. */
  readonly #followingKey = new Uint32Array(REMEMBERED_KEYS + 1)
  #previousKey = 0
  /** Pieces by the sample of their bytes; of an attribute, also the key it has. */
  readonly #recent = new Uint32Array(RECENT_PIECES)
  readonly #keyOfPiece = new Uint32Array(DICTIONARY_PIECES + 1)
  #spanIdPiece = 0
  #parentPiece = 0
  readonly #field = new FieldCursor()

  clear(): void {
    this.pieces.clear()
    this.pieceIds.clear()
    this.values.clear()
    this.rowEnds.clear()
    this.#recent.fill(0)
    this.#keyOfPiece.fill(0)
    this.#spanIdPiece = this.pieces.intern(SPAN_ID_FIELD, 0, SPAN_ID_FIELD.length)
    this.#parentPiece = this.pieces.intern(PARENT_ID_FIELD, 0, PARENT_ID_FIELD.length)
    if (this.#keys.size >= REMEMBERED_KEYS) {
      this.#keys.clear()
      this.#variety.fill(0)
      this.#followingKey.fill(0)
    }
    for (let key = 0; key < this.#keys.size; key++) if (this.#variety[key]! < REPEATED_VALUES) this.#variety[key] = 0
  }

  /** The `Span` message in `bytes[start, end)`. The first value of a row is always the span id. */
  add(bytes: Uint8Array, start: number, end: number, known: KnownFields, row: number): void {
    // In one chunk, so that it can be taken back. A pair takes a byte or more of the message and a few for its length.
    this.values.reserve((end - start) * 2 + 64)
    this.#previousKey = 0
    this.#addSpanId(known, row)
    const pieceMark = this.pieceIds.length
    const valueMark = this.values.length
    if (!this.#addFields(bytes, idsEnd(bytes, start, end, known, row), end, known, row)) {
      // A field came twice or says something else than its column: the message is kept whole, and its fields, which come
      // last, count.
      this.pieceIds.length = pieceMark
      this.values.length = valueMark
      this.#add(bytes, start, start, end)
    }
    this.rowEnds.push(this.pieceIds.length)
  }

  #addSpanId({ spanId }: KnownFields, row: number): void {
    this.pieceIds.push(this.#spanIdPiece)
    const target = this.values.bytes
    let at = this.values.length
    target[at++] = 8
    for (let shift = 24; shift >= 0; shift -= 8) target[at++] = spanId[2 * row + 1]! >>> shift
    for (let shift = 24; shift >= 0; shift -= 8) target[at++] = spanId[2 * row]! >>> shift
    this.values.length = at
  }

  /** False when the times cannot be left out. */
  #addFields(bytes: Uint8Array, start: number, end: number, known: KnownFields, row: number): boolean {
    const field = this.#field
    field.open(bytes, start, end)
    let hasStart = false
    let hasEnd = false
    let isTail = false
    /** Where what is not stored yet begins, and where the current field does. */
    let pending = start
    let fieldStart = start
    while (field.next()) {
      const { tag } = field
      if (tag === tags.SPAN_START || tag === tags.SPAN_END) {
        const isStart = tag === tags.SPAN_START
        if (isStart ? hasStart : hasEnd) return false
        if (!isTime(bytes, field.start, isStart ? known.start : known.end, row)) return false
        if (isStart) hasStart = true
        else hasEnd = true
        if (fieldStart > pending) this.#add(bytes, pending, fieldStart, fieldStart)
        pending = field.end
      } else if (!isTail && tag === tags.SPAN_ATTRIBUTES) {
        if (fieldStart > pending) this.#add(bytes, pending, fieldStart, fieldStart)
        this.#addAttribute(bytes, fieldStart, field.start, field.end)
        pending = field.end
      } else if (tag === tags.SPAN_PARENT_ID) {
        if (pending === field.start - 2 && bytes[pending + 1] === 8) {
          this.pieceIds.push(this.#parentPiece)
          this.values.pushString(bytes, field.start, field.end)
        } else this.#add(bytes, pending, field.start, field.end)
        pending = field.end
      } else if (tag === tags.SPAN_EVENTS || tag === tags.SPAN_LINKS) isTail = true
      fieldStart = field.end
    }
    if (end > pending) this.#add(bytes, pending, isTail ? pending : end, end)
    return true
  }

  /** The attribute field in `bytes[start, end)`, its `KeyValue` from `messageStart`. */
  #addAttribute(bytes: Uint8Array, start: number, messageStart: number, end: number): void {
    const keyStart = messageStart + 2
    const keyEnd = keyStart + bytes[messageStart + 1]!
    const isUsual = bytes[messageStart] === tags.KEY_VALUE_KEY && keyEnd - keyStart < 0x80 && keyEnd < end
    const key = isUsual ? this.#keyId(bytes, keyStart, keyEnd) : REMEMBERED_KEYS
    if (this.#variety[key]! < REPEATED_VALUES) this.#addRepeated(bytes, start, end, key, isUsual ? keyEnd : start)
    else this.#add(bytes, start, isUsual ? scalarStart(bytes, keyEnd, end) : start, end)
  }

  /** An attribute with its value as one piece. Of one key and length, what comes after the key decides. */
  #addRepeated(bytes: Uint8Array, start: number, end: number, key: number, keyEnd: number): void {
    const place = (sampleBytes(bytes, keyEnd, end) + key * 0x61) & (RECENT_PIECES - 1)
    let piece = this.#recent[place]!
    if (
      piece === 0 ||
      this.#keyOfPiece[piece] !== key ||
      !this.pieces.endsWith(piece, end - start, bytes, keyEnd, end)
    ) {
      if (this.pieces.size >= DICTIONARY_PIECES) {
        this.#add(bytes, start, start, end)
        return
      }
      const before = this.pieces.size
      piece = this.pieces.intern(bytes, start, end)
      if (this.pieces.size > before) this.#variety[key]!++
      this.#keyOfPiece[piece] = key
      this.#recent[place] = piece
    }
    this.pieceIds.push(piece)
    this.values.bytes[this.values.length++] = 0
  }

  #keyId(bytes: Uint8Array, start: number, end: number): number {
    let key = this.#followingKey[this.#previousKey]!
    if (key === 0 || !this.#keys.equals(key, bytes, start, end)) {
      if (this.#keys.size >= REMEMBERED_KEYS) return REMEMBERED_KEYS
      key = this.#keys.intern(bytes, start, end)
      this.#followingKey[this.#previousKey] = key
    }
    this.#previousKey = key
    return key
  }

  /** One pair: the piece in `bytes[start, valueStart)` and the value in `bytes[valueStart, end)`. */
  #add(bytes: Uint8Array, start: number, valueStart: number, end: number): void {
    const isFull = this.pieces.size >= DICTIONARY_PIECES
    const isPlain = isFull || start === valueStart
    this.pieceIds.push(isPlain ? 0 : this.#pieceId(bytes, start, valueStart))
    this.values.pushString(bytes, isPlain ? start : valueStart, end)
  }

  #pieceId(bytes: Uint8Array, start: number, end: number): number {
    const place = sampleBytes(bytes, start, end) & (RECENT_PIECES - 1)
    let piece = this.#recent[place]!
    if (piece === 0 || !this.pieces.endsWith(piece, end - start, bytes, start, end)) {
      piece = this.pieces.intern(bytes, start, end)
      this.#recent[place] = piece
    }
    return piece
  }
}

/** What stands before ids of 8 bytes. */
const SPAN_ID_FIELD = Uint8Array.of(tags.SPAN_ID, 8)
const PARENT_ID_FIELD = Uint8Array.of(tags.SPAN_PARENT_ID, 8)

/** Where the message goes on when it begins with trace id and span id as the columns have them, else its start. */
function idsEnd(bytes: Uint8Array, start: number, end: number, known: KnownFields, row: number): number {
  const isUsual =
    end - start >= 28 &&
    bytes[start] === tags.SPAN_TRACE_ID &&
    bytes[start + 1] === 16 &&
    bytes[start + 18] === tags.SPAN_ID &&
    bytes[start + 19] === 8 &&
    isId(bytes, start + 2, known.traceHigh, row) &&
    isId(bytes, start + 10, known.traceLow, row) &&
    isId(bytes, start + 20, known.spanId, row)
  return isUsual ? start + 28 : start
}

/** Whether eight big-endian bytes are the number in the row's words. */
function isId(bytes: Uint8Array, at: number, words: Uint32Array, row: number): boolean {
  const high = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  const low = ((bytes[at + 4]! << 24) | (bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!) >>> 0
  return high === words[2 * row + 1] && low === words[2 * row]
}

/** The same for eight little-endian bytes. */
function isTime(bytes: Uint8Array, at: number, words: Uint32Array, row: number): boolean {
  const low = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  const high = (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24)) >>> 0
  return high === words[2 * row + 1] && low === words[2 * row]
}

/** Where the scalar of an attribute begins whose key ends at `keyEnd`: after the tags and lengths before it. */
function scalarStart(bytes: Uint8Array, keyEnd: number, end: number): number {
  if (bytes[keyEnd] !== tags.KEY_VALUE_VALUE) return keyEnd
  let at = afterVarint(bytes, keyEnd + 1)
  const tag = bytes[at++]!
  if ((tag & 7) === LENGTH_DELIMITED) at = afterVarint(bytes, at)
  return Math.min(at, end)
}

const LENGTH_DELIMITED = 2

function afterVarint(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at++]! >= 0x80);
  return at
}
