// Byte strings to small numbers, without ever making a JavaScript string: names, services, attribute keys. The entries lie
// one after the other as Native writes them (length, bytes), so the dictionary of a LowCardinality column is this arena.
//
//   id 0 = ''   arena |0|5 G E T / a|3 f o o|…      hash table: slot → id, linear probing, hash and bytes compared
import { decodeUtf8 } from '@clew/codecs'
import { GrowableBytes, GrowableUint32 } from './growable-bytes.ts'

export class ByteInterner {
  /** Number of entries, with the empty string. */
  size = 0
  readonly #arena = new GrowableBytes(4096)
  /** Where the bytes of an entry start and end in the arena (its length stands before them). */
  readonly #start = new GrowableUint32(256)
  readonly #end = new GrowableUint32(256)
  readonly #hash = new GrowableUint32(256)
  #table = new Int32Array(1024)

  constructor() {
    this.clear()
  }

  clear(): void {
    this.size = 0
    this.#arena.clear()
    this.#start.clear()
    this.#end.clear()
    this.#hash.clear()
    if (this.#table.length > 65_536) this.#table = new Int32Array(1024)
    else this.#table.fill(0)
    this.intern(EMPTY, 0, 0)
  }

  intern(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(bytes, start, end)
    const slot = this.#slotOf(hash, bytes, start, end)
    const entry = this.#table[slot]!
    return entry === 0 ? this.#add(hash, slot, bytes, start, end) : entry - 1
  }

  /** The entry of these bytes, or 0 (which is that of no bytes) where there is none. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const entry = this.#table[this.#slotOf(hashBytes(bytes, start, end), bytes, start, end)]!
    return entry === 0 ? 0 : entry - 1
  }

  /** Whether entry `id` is `bytes[start, end)`. */
  equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#start.values[id]!
    const size = end - start
    if (this.#end.values[id]! - from !== size) return false
    const arena = this.#arena.bytes
    for (let i = 0; i < size; i++) if (arena[from + i] !== bytes[start + i]) return false
    return true
  }

  /** Whether entry `id` is `length` bytes long and ends with `bytes[start, end)`. */
  endsWith(id: number, length: number, bytes: Uint8Array, start: number, end: number): boolean {
    const to = this.#end.values[id]!
    if (to - this.#start.values[id]! !== length) return false
    const arena = this.#arena.bytes
    // From the end: values of one key differ there more often than at their beginning.
    for (let from = end - 1, at = to - 1; from >= start; from--, at--) if (arena[at] !== bytes[from]) return false
    return true
  }

  /** The bytes of an entry; a view that is valid until the next `intern`. */
  bytesOf(id: number): Uint8Array {
    return this.#arena.bytes.subarray(this.#start.values[id]!, this.#end.values[id]!)
  }

  textOf(id: number): string {
    return decodeUtf8(this.#arena.bytes, this.#start.values[id]!, this.#end.values[id]!)
  }

  /** All entries as Native strings, in the order of their ids. */
  nativeStrings(): Uint8Array {
    return this.#arena.bytes.slice(0, this.#arena.length)
  }

  /** For each id its place among all entries in byte order, as ClickHouse sorts strings. */
  ranks(): Uint32Array {
    const ids = Array.from({ length: this.size }, (_, id) => id)
    ids.sort((a, b) => compareBytes(this.bytesOf(a), this.bytesOf(b)))
    const ranks = new Uint32Array(this.size)
    for (let rank = 0; rank < ids.length; rank++) ranks[ids[rank]!] = rank
    return ranks
  }

  /** Where the bytes stand in the table, or the free slot where they would. */
  #slotOf(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#table.length - 1
    let slot = hash & mask
    for (;;) {
      const entry = this.#table[slot]!
      if (entry === 0) return slot
      if (this.#hash.values[entry - 1] === hash && this.equals(entry - 1, bytes, start, end)) return slot
      slot = (slot + 1) & mask
    }
  }

  #add(hash: number, slot: number, bytes: Uint8Array, start: number, end: number): number {
    const id = this.size++
    this.#arena.pushString(bytes, start, end)
    this.#start.push(this.#arena.length - (end - start))
    this.#end.push(this.#arena.length)
    this.#hash.push(hash)
    this.#table[slot] = id + 1
    if (this.size * 2 > this.#table.length) this.#grow()
    return id
  }

  #grow(): void {
    const table = new Int32Array(this.#table.length * 4)
    const mask = table.length - 1
    for (let id = 0; id < this.size; id++) {
      let slot = this.#hash.values[id]! & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = id + 1
    }
    this.#table = table
  }
}

const EMPTY = new Uint8Array(0)

/** Another one in each process, so that nobody can make keys that all fall into one slot. */
const SEED = (Math.random() * 0x1_0000_0000) >>> 0

/** FNV-1a with a final mix, because tables take the low bits. Equal hashes are no proof: compare the bytes as well. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = SEED
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d)
  return (hash ^ (hash >>> 12)) >>> 0
}

/** A number that tells most short values of one key apart, from their length and a few bytes: for caches that then compare. */
export function sampleBytes(bytes: Uint8Array, start: number, end: number): number {
  const size = end - start
  if (size === 0) return 0
  let sample = size * 0x1f35 + bytes[end - 1]! * 0x0101
  if (size > 1) sample += bytes[end - 2]! * 0x2f1b
  if (size > 3) sample += bytes[end - 4]! * 0x0d4d + bytes[end - 3]! * 0x5a7
  if (size > 8) sample += bytes[end - 8]! * 0x36d
  return (sample ^ (sample >>> 9)) >>> 0
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}
