// The pieces that stored spans refer to, by dictionary: what was read once need not be read again, since a dictionary only
// grows.
import { DecodeError } from '@clew/model'
import { compilePieces } from './compile-lookup.ts'
import type { Questions } from './engine.ts'
import type { Pieces } from './join-pieces.ts'
import type { NativeResult } from './native-result.ts'

/** Bytes of pieces that are kept: those of some weeks, or of thousands of quiet starts. */
const CAPACITY_BYTES = 64 * 2 ** 20
const NONE: Pieces = { bytes: new Uint8Array(0), ends: Uint32Array.of(0), count: 1 }

/** Which dictionary: numbers mean nothing outside of it. */
export interface DictionaryName {
  readonly tenant: string
  readonly storedDay: number
  readonly dictionary: bigint
}

export class PieceCache {
  readonly #engine: Questions
  /** In the order of last use, oldest first. */
  readonly #known = new Map<string, Pieces>()
  #bytes = 0

  constructor(engine: Questions) {
    this.#engine = engine
  }

  /** All pieces up to number `highest` at least. Rejects with DecodeError when the table has none of that number. */
  async read(name: DictionaryName, highest: number): Promise<Pieces> {
    const key = `${name.dictionary} ${name.storedDay} ${name.tenant}`
    let pieces = this.#known.get(key) ?? NONE
    if (highest >= pieces.count) pieces = await this.#load(name, pieces)
    this.#remember(key, pieces)
    if (highest < pieces.count) return pieces
    throw new DecodeError('stored span', `piece ${highest}`, `expected in span_pieces of dictionary ${key}, found none`)
  }

  async #load({ tenant, storedDay, dictionary }: DictionaryName, known: Pieces): Promise<Pieces> {
    return appended(known, await this.#engine.query(compilePieces(tenant, storedDay, dictionary, known.count)))
  }

  #remember(key: string, pieces: Pieces): void {
    this.#forget(key)
    this.#known.set(key, pieces)
    this.#bytes += pieces.bytes.length
    for (const oldest of this.#known.keys()) {
      if (this.#bytes <= CAPACITY_BYTES || oldest === key) return
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#known.get(key)?.bytes.length ?? 0
    this.#known.delete(key)
  }
}

/** The known pieces and those of an answer, which go on from them without a gap; a row may come twice. */
function appended(known: Pieces, rows: NativeResult): Pieces {
  const [number, piece] = [rows.column('number'), rows.column('piece')]
  let size = known.bytes.length
  for (let row = 0; row < rows.rows; row++) size += piece.bytes(row).length
  const bytes = new Uint8Array(size)
  const ends = new Uint32Array(known.count + rows.rows)
  bytes.set(known.bytes)
  ends.set(known.ends)
  let { count } = known
  let at = known.bytes.length
  for (let row = 0; row < rows.rows; row++) {
    if (number.number(row) !== count) continue
    const value = piece.bytes(row)
    bytes.set(value, at)
    at += value.length
    ends[count++] = at
  }
  return { bytes: bytes.subarray(0, at), ends, count }
}
