// The pieces of one tenant's spans that repeat, each once under a number: what `traces.pieces` refers to. It only grows;
// numbers given are in `span_pieces` before any span refers to them.
import { ByteInterner, sampleBytes } from './byte-interner.ts'

/** Rows of `span_pieces`, by tenant: `pieces[i]` has the number `first + i`. */
export interface NewPieces {
  readonly tenant: string
  readonly first: number
  readonly pieces: readonly Uint8Array[]
}

/** Numbers of a day and tenant: names that never repeat would make a dictionary of everything. */
export const MAX_PIECES = 65_535
/** Longer ones seldom repeat. */
const MAX_PIECE_BYTES = 512
/** Places for pieces that came lately; a power of two. */
const RECENT_PIECES = 8192

export class PieceDictionary {
  readonly tenant: string
  readonly #pieces = new ByteInterner()
  /** Numbers below this are in the table. */
  #written = 1
  /** Pieces by a sample of their end and what it is the end of: found without a hash of all their bytes. */
  readonly #recent = new Uint32Array(RECENT_PIECES)
  readonly #group = new Uint32Array(MAX_PIECES + 1)

  readonly #mayGrow: boolean

  /** One that may not grow has no pieces: its spans are stored plain. */
  constructor(tenant: string, mayGrow = true) {
    this.tenant = tenant
    this.#mayGrow = mayGrow
  }

  /** How many numbers are given, with 0 for nothing. */
  get size(): number {
    return this.#pieces.size
  }

  /**
   * The number of `bytes[start, end)`, or 0 where it has none and gets none. Of one `group` and length, the bytes from
   * `differsFrom` on tell pieces apart. `mayAdd` is false once a group has too many.
   */
  find(bytes: Uint8Array, start: number, end: number, group: number, differsFrom: number, mayAdd: boolean): number {
    const place = (sampleBytes(bytes, differsFrom, end) + group * 0x61) & (RECENT_PIECES - 1)
    const recent = this.#recent[place]!
    if (
      recent !== 0 &&
      this.#group[recent] === group &&
      this.#pieces.endsWith(recent, end - start, bytes, differsFrom, end)
    )
      return recent
    if (end - start > MAX_PIECE_BYTES) return 0
    const canAdd = mayAdd && this.#mayGrow && this.#pieces.size <= MAX_PIECES
    const piece = canAdd ? this.#pieces.intern(bytes, start, end) : this.#pieces.find(bytes, start, end)
    if (piece === 0) return 0
    this.#recent[place] = piece
    this.#group[piece] = group
    return piece
  }

  forgetGroups(): void {
    this.#recent.fill(0)
    this.#group.fill(0)
  }

  /** What was added since the last call. */
  takeNews(): NewPieces {
    const first = this.#written
    const pieces: Uint8Array[] = []
    for (let piece = first; piece < this.#pieces.size; piece++) pieces.push(this.#pieces.bytesOf(piece).slice())
    this.#written = this.#pieces.size
    return { tenant: this.tenant, first, pieces }
  }
}
