// The sort key of `spans` (and of `logs`, without the name) as one 64-bit number a row: the place of (tenant, bucket, service, name) among those of the
// block in the high bits, the high bits of `start` below.

import type { ByteInterner } from './byte-interner.ts'
import type { SortKey } from './row-order.ts'
import { compareWords } from './row-order.ts'
import { bucketOf } from './time-units.ts'

/** What the order is made of; log records have one empty name. */
export interface SearchableRows {
  readonly count: number
  readonly tenant: Uint32Array
  readonly service: Uint32Array
  readonly name: Uint32Array
  readonly start: Uint32Array
  readonly tenants: ByteInterner
  readonly services: ByteInterner
  readonly names: ByteInterner
}

/** `bucket` of each row beside its sort key. */
export interface SearchOrder extends SortKey {
  readonly bucket: Uint32Array
}

/** A five-minute bucket is 3e11 ns: 39 bits of `start` decide within it. */
const START_BITS = 39

export function searchOrder(rows: SearchableRows): SearchOrder {
  const { count, tenant, service, name, start } = rows
  const bucket = new Uint32Array(count)
  for (let row = 0; row < count; row++) bucket[row] = bucketOf(start, 2 * row)
  const bucketRanks = rankNumbers(bucket)
  const tenantRanks = rows.tenants.ranks()
  const serviceRanks = rows.services.ranks()
  const nameRanks = rows.names.ranks()
  const groups = rows.tenants.size * bucketRanks.size * rows.services.size * rows.names.size
  // Where there are more groups than a double holds, the packed key ends earlier and `compare` decides more often.
  const groupBits = Math.min(53, Math.ceil(Math.log2(groups + 1)))
  const startBits = Math.min(START_BITS, 64 - groupBits)
  const words = new Uint32Array(count * 2)
  let lastBucket = -1
  let bucketRank = 0
  for (let row = 0; row < count; row++) {
    if (bucket[row] !== lastBucket) {
      lastBucket = bucket[row]!
      bucketRank = bucketRanks.get(lastBucket)!
    }
    let group = tenantRanks[tenant[row]!]! * bucketRanks.size + bucketRank
    group = group * rows.services.size + serviceRanks[service[row]!]!
    group = group * rows.names.size + nameRanks[name[row]!]!
    if (groups > Number.MAX_SAFE_INTEGER) group = 0
    packKey(words, row, group, startBits, startInBucket(start, row, lastBucket))
  }
  const compare = (a: number, b: number): number =>
    tenantRanks[tenant[a]!]! - tenantRanks[tenant[b]!]! ||
    bucket[a]! - bucket[b]! ||
    serviceRanks[service[a]!]! - serviceRanks[service[b]!]! ||
    nameRanks[name[a]!]! - nameRanks[name[b]!]! ||
    compareWords(start, a, b)
  return { words, compare, bucket }
}

/** group · 2^startBits + the highest startBits of the 39-bit offset, as two words. */
function packKey(words: Uint32Array, row: number, group: number, startBits: number, offset: number): void {
  const time = Math.floor(offset / 2 ** (START_BITS - startBits))
  const timeHigh = Math.floor(time / 0x1_0000_0000)
  const timeLow = time >>> 0
  if (startBits >= 32) {
    words[2 * row] = timeLow
    words[2 * row + 1] = group * 2 ** (startBits - 32) + timeHigh
  } else {
    const scaled = group % 2 ** (32 - startBits)
    words[2 * row] = scaled * 2 ** startBits + time
    words[2 * row + 1] = Math.floor(group / 2 ** (32 - startBits))
  }
}

/** start - bucket · 300 s, exact: below 2^39. */
function startInBucket(start: Uint32Array, row: number, bucket: number): number {
  const units = start[2 * row + 1]! * 2_097_152 + (start[2 * row]! >>> 11) - bucket * (300_000_000_000 / 2048)
  return units * 2048 + (start[2 * row]! & 0x7ff)
}

/** Distinct numbers to their place in ascending order. */
function rankNumbers(values: Uint32Array): Map<number, number> {
  const seen = new Set<number>()
  let last = -1
  for (const value of values) {
    if (value !== last) seen.add(value)
    last = value
  }
  const distinct = [...seen].sort((a, b) => a - b)
  return new Map(distinct.map((value, rank) => [value, rank]))
}
