// The OTLP bytes of spans taken apart into what repeats and what does not, so that the look-up copy holds each repeated
// piece (field tags, attribute keys, common values) as a number and only the rest a span. Joined again, piece and value in
// turn, they are the message as it came (store/join-pieces.ts).
//
//   message   0a 10 <trace id> 12 08 <span id> 22 08 <parent> 2a 04 name 30 02 39 <start> 41 <end> 4a … route … 4a … <user>
//   pieces    varints: number · 2 + 1 with a value      22 08 →1, 2a 04 name 30 02 →0, 4a … /cart →0, 4a … user.id … 0a 06 →1
//   values    <span id>, then length and bytes          <parent>, u-8213
//
// Trace id, start and end are columns. A piece 0 is nothing but its value.
import { ChunkedBytes } from './chunked-bytes.ts'
import { copyBytes, writeVarUint } from './growable-bytes.ts'
import type { PieceDictionary } from './piece-dictionary.ts'

/** An attribute with more different values than this in a day has them stored beside its key, not with it. */
const REPEATED_VALUES = 512
/** Forms (key and lengths) of an attribute whose values are stored beside it. */
const FORMS = 256
/** Names with kinds, and what follows the attributes. */
const OTHER_PIECES = 4096

/** Groups of pieces that are no attribute; those of attributes follow, two a key. */
const PARENT = 0
const HEAD = 1
const REST = 2
const ATTRIBUTES = 3

/** The length of a row is put in when it is known; two bytes are kept for it. */
const ROW_LENGTH_BYTES = 2

export class SpanPieces {
  readonly #pieces = new ChunkedBytes()
  readonly #values = new ChunkedBytes()
  /** New pieces of each group since the day began. */
  #variety = new Uint16Array(512)
  #dictionary: PieceDictionary | undefined
  #pieceStart = 0
  #valueStart = 0

  /** Before a block. */
  clear(): void {
    this.#pieces.clear()
    this.#values.clear()
  }

  /** What is known of the keys' variety no longer holds: another day, or other numbers for keys. */
  forgetVariety(): void {
    this.#variety.fill(0)
  }

  /** Whose the rows are that come now. */
  use(dictionary: PieceDictionary): void {
    this.#dictionary = dictionary
  }

  /** Starts a row whose message is `size` bytes long; `spanId` has its id as words, low first, at `2 * row`. */
  startRow(size: number, spanId: Uint32Array, row: number): void {
    // In one chunk, so that a row can be taken back. A step takes a byte or more of the message and at most three here.
    this.#pieces.reserve(size * 3 + 16)
    this.#values.reserve(size * 2 + 32)
    this.#pieceStart = this.#pieces.length
    this.#valueStart = this.#values.length
    this.#pieces.length += ROW_LENGTH_BYTES
    const target = this.#values.bytes
    let at = this.#values.length + ROW_LENGTH_BYTES
    for (let shift = 24; shift >= 0; shift -= 8) target[at++] = spanId[2 * row + 1]! >>> shift
    for (let shift = 24; shift >= 0; shift -= 8) target[at++] = spanId[2 * row]! >>> shift
    this.#values.length = at
  }

  endRow(): void {
    endString(this.#pieces, this.#pieceStart)
    endString(this.#values, this.#valueStart)
  }

  /** Takes back all of the row but the span id. */
  restartRow(): void {
    this.#pieces.length = this.#pieceStart + ROW_LENGTH_BYTES
    this.#values.length = this.#valueStart + ROW_LENGTH_BYTES + 8
  }

  /** Bytes that do not repeat. */
  plain(bytes: Uint8Array, start: number, end: number): void {
    this.#step(0, 1)
    this.#value(bytes, start, end)
  }

  /** Tag and length in `bytes[start, valueStart)`, the parent's id in `bytes[valueStart, end)`. */
  parent(bytes: Uint8Array, start: number, valueStart: number, end: number): void {
    this.#pair(bytes, start, valueStart, end, PARENT, OTHER_PIECES)
  }

  /** Fields before the attributes: name, kind and the like. */
  head(bytes: Uint8Array, start: number, end: number): void {
    this.#whole(bytes, start, end, HEAD)
  }

  /** Fields after them: status, flags. */
  rest(bytes: Uint8Array, start: number, end: number): void {
    this.#whole(bytes, start, end, REST)
  }

  /**
   * An attribute of `key`, its field in `bytes[start, end)`, what follows the key from `keyEnd` on and its scalar from
   * `scalarStart`. Its lengths are as short as can be, so that key, size and what follows the key say all of it. Gives the
   * number of the piece when all of it is one, else 0.
   */
  attribute(bytes: Uint8Array, start: number, keyEnd: number, scalarStart: number, end: number, key: number): number {
    const group = ATTRIBUTES + 2 * key
    if (group + 1 >= this.#variety.length) this.#growVariety(group + 2)
    if (this.#variety[group]! < REPEATED_VALUES) {
      const piece = this.#find(bytes, start, end, group, keyEnd, REPEATED_VALUES)
      if (piece !== 0) {
        this.#step(piece, 0)
        return piece
      }
    }
    this.#pair(bytes, start, scalarStart, end, group + 1, FORMS)
    return 0
  }

  /** The two String columns: all rows of the block. */
  columns(): { readonly pieces: readonly Uint8Array[]; readonly values: readonly Uint8Array[] } {
    return { pieces: this.#pieces.written(), values: this.#values.written() }
  }

  #whole(bytes: Uint8Array, start: number, end: number, group: number): void {
    const piece = this.#find(bytes, start, end, group, start, OTHER_PIECES)
    if (piece === 0) this.plain(bytes, start, end)
    else this.#step(piece, 0)
  }

  #pair(bytes: Uint8Array, start: number, valueStart: number, end: number, group: number, limit: number): void {
    const piece = this.#find(bytes, start, valueStart, group, start, limit)
    this.#step(piece, 1)
    this.#value(bytes, piece === 0 ? start : valueStart, end)
  }

  #find(bytes: Uint8Array, start: number, end: number, group: number, differsFrom: number, limit: number): number {
    const dictionary = this.#dictionary!
    const before = dictionary.size
    const piece = dictionary.find(bytes, start, end, group, differsFrom, this.#variety[group]! < limit)
    if (dictionary.size > before) this.#variety[group]!++
    return piece
  }

  #step(piece: number, hasValue: 0 | 1): void {
    const target = this.#pieces
    target.length = writeVarUint(target.bytes, target.length, piece * 2 + hasValue)
  }

  #value(bytes: Uint8Array, start: number, end: number): void {
    const target = this.#values
    const at = writeVarUint(target.bytes, target.length, end - start)
    target.length = copyBytes(bytes, start, end, target.bytes, at)
  }

  #growVariety(size: number): void {
    const grown = new Uint16Array(Math.max(size, this.#variety.length * 2))
    grown.set(this.#variety)
    this.#variety = grown
  }
}

/** Puts the length of the string that began at `start` before it. */
function endString(target: ChunkedBytes, start: number): void {
  const { bytes } = target
  const from = start + ROW_LENGTH_BYTES
  const size = target.length - from
  if (size < 0x4000) {
    // A varint may be longer than it needs to be.
    bytes[start] = (size & 0x7f) | 0x80
    bytes[start + 1] = size >>> 7
    return
  }
  const lengthBytes = size < 0x20_0000 ? 3 : size < 0x1000_0000 ? 4 : 5
  bytes.copyWithin(start + lengthBytes, from, target.length)
  writeVarUint(bytes, start, size)
  target.length = start + lengthBytes + size
}
