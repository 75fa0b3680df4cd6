// Which attribute keys, types and values exist, kept from block to block, so that each is written once a day. Values are
// remembered as they stand on the wire and become text only when they are new.
//
//   series = (tenant, service, key with its scope, type)      at most 1,000 values each, then `many`
import { ByteInterner, sampleBytes } from './byte-interner.ts'
import { copyBytes, GrowableBytes } from './growable-bytes.ts'
import { valueText, valueWire } from './wire-value.ts'

export const VALUE_TYPES = ['string', 'int', 'double', 'bool', 'bytes', 'array', 'kvlist', 'empty'] as const
export type ValueType = (typeof VALUE_TYPES)[number]

/** Of a key, service, type and day; a completion list longer than this helps nobody. */
export const LISTED_VALUES = 1000
/** Longer strings are no choice in a list. */
const LISTED_VALUE_BYTES = 256
/** Of one day in memory. Beyond it a series that gets a new value says `many`. */
const REMEMBERED_VALUES = 400_000
const REMEMBERED_SERIES = 100_000
/** The place of every series beyond that: nothing is listed of them until the next day. */
const UNLISTED = 0

export interface CatalogSeries {
  readonly tenant: string
  readonly service: string
  readonly scope: string
  readonly key: string
  readonly type: ValueType
}

/** A row of `attribute_catalog`; with `many` there is no value. */
export interface CatalogRow extends CatalogSeries {
  readonly value: Uint8Array
  readonly many: boolean
}

/** What the table holds of a series, to go on from after a start. */
export interface StoredSeries extends CatalogSeries {
  readonly values: readonly string[]
  readonly many: boolean
}

/** The number of the series before each remembered value. */
const SERIES_BYTES = 3
/** A power of two. */
const RECENT_VALUES = 128

interface Series extends CatalogSeries {
  listed: number
  many: boolean
  /** Entries in #values by the sample of their bytes: most values came before. */
  readonly recent: Uint32Array
}

const UNLISTED_SERIES: Series = {
  tenant: '',
  service: '',
  scope: '',
  key: '',
  type: 'empty',
  listed: 0,
  many: true,
  recent: new Uint32Array(0),
}

export class AttributeCatalog {
  readonly #series: Series[] = [{ ...UNLISTED_SERIES }]
  readonly #seriesByName = new Map<string, number>()
  readonly #values = new ByteInterner()
  readonly #scratch = new GrowableBytes(LISTED_VALUE_BYTES + 8)
  #news: CatalogRow[] = []

  /** Number of the series, the same until the catalog is dropped. */
  series(of: CatalogSeries): number {
    const name = JSON.stringify([of.tenant, of.service, of.scope, of.key, of.type])
    const known = this.#seriesByName.get(name)
    if (known !== undefined) return known
    if (this.#series.length >= REMEMBERED_SERIES) return UNLISTED
    this.#series.push({ ...of, listed: 0, many: false, recent: new Uint32Array(RECENT_VALUES) })
    this.#seriesByName.set(name, this.#series.length - 1)
    return this.#series.length - 1
  }

  /** A value of the series was seen, `bytes[start, end)` as on the wire. */
  see(index: number, bytes: Uint8Array, start: number, end: number): void {
    const series = this.#series[index]!
    if (series.many) return
    const size = end - start
    if (size > LISTED_VALUE_BYTES) {
      this.#becomeMany(series)
      return
    }
    const place = sampleBytes(bytes, start, end) & (RECENT_VALUES - 1)
    const recent = series.recent[place]!
    if (recent !== 0 && this.#values.endsWith(recent, SERIES_BYTES + size, bytes, start, end)) return
    const scratch = this.#scratch.bytes
    scratch[0] = index
    scratch[1] = index >> 8
    scratch[2] = index >> 16
    copyBytes(bytes, start, end, scratch, SERIES_BYTES)
    const before = this.#values.size
    series.recent[place] = this.#values.intern(scratch, 0, SERIES_BYTES + size)
    if (this.#values.size === before) return
    if (series.listed >= LISTED_VALUES || before > REMEMBERED_VALUES) this.#becomeMany(series)
    else {
      series.listed++
      this.#news.push({ ...nameOf(series), value: valueText(series.type, bytes, start, end), many: false })
    }
  }

  /** A value that is never listed (bytes, maps, nothing): only its key and type are. */
  seeUnlisted(index: number): void {
    const series = this.#series[index]!
    if (!series.many) this.#becomeMany(series)
  }

  /** What the table holds already. */
  remember(stored: readonly StoredSeries[]): void {
    for (const { values, many, ...name } of stored) {
      const series = this.#series[this.series(name)]!
      for (const value of values) {
        const wire = valueWire(name.type, value)
        this.see(this.series(name), wire, 0, wire.length)
      }
      series.many ||= many
    }
    this.#news = []
  }

  /** Rows for everything new since the last call. */
  takeNews(): readonly CatalogRow[] {
    const news = this.#news
    this.#news = []
    return news
  }

  #becomeMany(series: Series): void {
    series.many = true
    this.#news.push({ ...nameOf(series), value: new Uint8Array(0), many: true })
  }
}

function nameOf({ tenant, service, scope, key, type }: Series): CatalogSeries {
  return { tenant, service, scope, key, type }
}
