// The `common` block of one object of a body: what its spans share. Also remembers which origins its spans had, since
// most of them have the same few.
import type { AttributeList } from './attribute-list.ts'
import type { TextPlace } from './text-place.ts'

/** Origins that share a hash; beyond this many they are not remembered, so that chosen collisions cost no time. */
const MOST_OF_A_HASH = 8

export class CommonBlock {
  readonly attributes: AttributeList
  /** `trace.id`, empty when there is none. */
  readonly trace: TextPlace
  readonly startUnixNano: bigint | undefined
  /** Of a span that adds nothing to the origin and changes nothing of it. */
  origin: number | undefined
  /** Indexes of its attributes; of a key that is there twice the last one. */
  readonly live: readonly number[]
  /** Serial number of the last span that had the same key as this attribute. */
  readonly overriddenBy: Int32Array
  readonly #places: ReadonlyMap<string, number>
  /** By the hash of what the span itself says of its origin. */
  readonly #origins = new Map<number, OwnOrigin[]>()
  #last: OwnOrigin | undefined

  constructor(attributes: AttributeList, trace: TextPlace, startUnixNano: bigint | undefined) {
    this.attributes = attributes
    this.trace = trace
    this.startUnixNano = startUnixNano
    this.overriddenBy = new Int32Array(attributes.count).fill(-1)
    this.#places = new Map(Array.from({ length: attributes.count }, (_, i) => [attributes.keys[i]!.text, i]))
    this.live = [...this.#places.values()]
  }

  place(key: string): number | undefined {
    return this.#places.get(key)
  }

  /** The origin of an earlier span that said the very same in its attributes `ranges` of `bytes`. */
  knownOrigin(bytes: Uint8Array, ranges: readonly number[], hash: number): number | undefined {
    const known = this.#origins.get(hash)?.find((other) => isSame(bytes, other.ranges, ranges))
    this.#last = known ?? this.#last
    return known?.origin
  }

  /** The origin of the span before, if it said the very same. */
  lastOrigin(bytes: Uint8Array, ranges: readonly number[]): number | undefined {
    return this.#last !== undefined && isSame(bytes, this.#last.ranges, ranges) ? this.#last.origin : undefined
  }

  /** `ranges`: start and end of each. */
  rememberOrigin(ranges: readonly number[], hash: number, origin: number): void {
    const known = this.#origins.get(hash)
    const own = { ranges: [...ranges], origin }
    this.#last = own
    if (known === undefined) this.#origins.set(hash, [own])
    else if (known.length < MOST_OF_A_HASH) known.push(own)
  }
}

interface OwnOrigin {
  readonly ranges: readonly number[]
  readonly origin: number
}

/** FNV-1a over the bytes of all ranges. */
export function hashRanges(bytes: Uint8Array, ranges: readonly number[]): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < ranges.length; i += 2)
    for (let at = ranges[i]!; at < ranges[i + 1]!; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  return hash
}

function isSame(bytes: Uint8Array, a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i += 2) {
    const length = a[i + 1]! - a[i]!
    if (b[i + 1]! - b[i]! !== length) return false
    for (let k = 0; k < length; k++) if (bytes[a[i]! + k] !== bytes[b[i]! + k]) return false
  }
  return true
}
