// Typed attribute items of rows: what the six array columns `string_keys … bool_values` of `spans` and `resources` hold.
// Fed with OTLP bytes; strings are copied, never decoded. What is seen is told to the attribute catalog.
//
//   row 0  {http.route: "/a", retries: 2}      string_keys [http.route]  string_values ["/a"]   number_keys [retries] …
import type { NativeFileColumn } from '../native-writer.ts'
import { type AttributeCatalog, VALUE_TYPES } from './attribute-catalog.ts'
import type { AttributeKeys, KeyPrefix } from './attribute-keys.ts'
import { FieldCursor } from './field-cursor.ts'
import * as tags from './otlp-tags.ts'
import { TypedItems } from './typed-items.ts'
import { int64AsDouble } from './wire-value.ts'

/** Longer strings are cut here; the bytes in `traces` are whole, and equality on such a value is a superset. */
export const INDEXED_VALUE_BYTES = 1024

const NO_BYTES = new Uint8Array(0)
/** Room for the first 64 keys of a service; more make it grow. */
const SERIES_PLACES = 64 * VALUE_TYPES.length
/** Services whose pieces are remembered as seen, 8 KiB each; others ask the catalog each time. */
const REMEMBERED_SERVICES = 256
const PIECE_WORDS = 65_536 / 32

/** Index into VALUE_TYPES. The first four are scalars, whose values are listed. */
const TYPE = { string: 0, int: 1, double: 2, bool: 3, bytes: 4, array: 5, kvlist: 6, empty: 7 } as const
const LISTED_TYPES = 4
const TYPE_OF_TAG: Readonly<Record<number, number>> = {
  [tags.VALUE_ARRAY]: TYPE.array,
  [tags.VALUE_KVLIST]: TYPE.kvlist,
  [tags.VALUE_BYTES]: TYPE.bytes,
}

/** A tenant's service, and what the catalog has been told of it. */
interface Owner {
  readonly tenant: string
  readonly service: string
  /** Series of (key, type), plus one; 0 where not asked yet. */
  series: Uint32Array
  /** A bit for each piece (span-pieces.ts) that was seen: its key and value are listed. */
  readonly seenPieces: Uint32Array | undefined
}

export class AttributeColumns {
  readonly #keys: AttributeKeys
  readonly #items = new TypedItems()
  readonly #keyValue = new FieldCursor()
  readonly #element = new FieldCursor()
  readonly #owners = new Map<string, Owner>()
  #catalog: AttributeCatalog | undefined
  #owner: Owner = newOwner('', '', false)

  constructor(keys: AttributeKeys) {
    this.#keys = keys
  }

  /** Forgets all rows. What comes is told to `catalog`; of another one, or with `keys` renumbered, owners start anew. */
  clear(catalog: AttributeCatalog, areKeysNew = false): void {
    if (catalog !== this.#catalog || areKeysNew) this.#owners.clear()
    this.#catalog = catalog
    this.#items.clear()
  }

  /** Whose the rows are that come now, for the catalog. */
  setOwner(tenant: string, service: string): void {
    const name = `${tenant.length} ${tenant}${service}`
    let owner = this.#owners.get(name)
    if (owner === undefined) {
      owner = newOwner(tenant, service, this.#owners.size < REMEMBERED_SERVICES)
      this.#owners.set(name, owner)
    }
    this.#owner = owner
  }

  startRow(): void {
    this.#keys.startRow()
  }

  endRow(): void {
    this.#items.endRow()
  }

  addString(key: number, bytes: Uint8Array, start: number, end: number): void {
    const cut = end - start > INDEXED_VALUE_BYTES ? utf8Cut(bytes, start, start + INDEXED_VALUE_BYTES) : end
    this.#items.addString(key, bytes, start, cut)
  }

  /** A string attribute. `piece` is the number of key and value together, or 0: seen once, it need not be listed again. */
  addStringAttribute(key: number, bytes: Uint8Array, start: number, end: number, piece: number): void {
    this.addString(key, bytes, start, end)
    const seen = this.#owner.seenPieces
    if (piece !== 0 && seen !== undefined) {
      const bit = 1 << (piece & 31)
      if ((seen[piece >>> 5]! & bit) !== 0) return
      seen[piece >>> 5]! |= bit
    }
    this.#see(key, TYPE.string, bytes, start, end)
  }

  /** The `KeyValue` message in `bytes[start, end)`. */
  addKeyValue(bytes: Uint8Array, start: number, end: number, prefix: KeyPrefix): void {
    const cursor = this.#keyValue
    let keyStart = 0
    let keyEnd = 0
    let valueStart = 0
    let valueEnd = 0
    cursor.open(bytes, start, end)
    while (cursor.next()) {
      if (cursor.tag === tags.KEY_VALUE_KEY) {
        keyStart = cursor.start
        keyEnd = cursor.end
      } else if (cursor.tag === tags.KEY_VALUE_VALUE) {
        valueStart = cursor.start
        valueEnd = cursor.end
      }
    }
    this.addValue(this.#keys.at(prefix, bytes, keyStart, keyEnd), bytes, valueStart, valueEnd)
  }

  /** The `AnyValue` message in `bytes[start, end)`. What has no scalar (empty, bytes, maps) keeps its key, with ''. */
  addValue(key: number, bytes: Uint8Array, start: number, end: number): void {
    const cursor = this.#keyValue
    let tag = 0
    let valueStart = 0
    let valueEnd = 0
    cursor.open(bytes, start, end)
    while (cursor.next()) {
      tag = cursor.tag
      valueStart = cursor.start
      valueEnd = cursor.end
    }
    if (tag === tags.VALUE_ARRAY) this.#addElements(key, bytes, valueStart, valueEnd)
    else if (!this.#addScalar(key, tag, bytes, valueStart, valueEnd)) this.#addPlaceholder(key, tag)
  }

  columns(): NativeFileColumn[] {
    return this.#items.columns(this.#keys)
  }

  #see(key: number, type: number, bytes: Uint8Array, start: number, end: number): void {
    const catalog = this.#catalog!
    const place = key * VALUE_TYPES.length + type
    let series = this.#owner.series[place] ?? 0
    if (series === 0) series = this.#newSeries(catalog, place, key, type)
    if (type < LISTED_TYPES) catalog.see(series - 1, bytes, start, end)
    else catalog.seeUnlisted(series - 1)
  }

  #newSeries(catalog: AttributeCatalog, place: number, key: number, type: number): number {
    const owner = this.#owner
    const [scope, name] = this.#keys.scopeAndName(key)
    const { tenant, service } = owner
    const series = catalog.series({ tenant, service, scope, key: name, type: VALUE_TYPES[type]! }) + 1
    if (place >= owner.series.length) {
      const grown = new Uint32Array(Math.max(place + 1, owner.series.length * 2))
      grown.set(owner.series)
      owner.series = grown
    }
    owner.series[place] = series
    return series
  }

  /** A value without a scalar of its own: the key is kept with '', so that it is known to exist. */
  #addPlaceholder(key: number, tag: number): void {
    this.addString(key, NO_BYTES, 0, 0)
    this.#see(key, TYPE_OF_TAG[tag] ?? TYPE.empty, NO_BYTES, 0, 0)
  }

  #addScalar(key: number, tag: number, bytes: Uint8Array, start: number, end: number): boolean {
    switch (tag) {
      case tags.VALUE_STRING:
        this.addStringAttribute(key, bytes, start, end, 0)
        return true
      case tags.VALUE_INT:
        this.#items.addNumber(key, int64AsDouble(bytes, start))
        this.#see(key, TYPE.int, bytes, start, end)
        return true
      case tags.VALUE_DOUBLE:
        this.#items.addDouble(key, bytes, start)
        this.#see(key, TYPE.double, bytes, start, end)
        return true
      case tags.VALUE_BOOL:
        this.#items.addBool(key, bytes[start] === 0 ? 0 : 1)
        this.#see(key, TYPE.bool, bytes, start, end)
        return true
      default:
        return false
    }
  }

  /** Each scalar of an array is an item of its own under the same key; without any the key is kept with ''. */
  #addElements(key: number, bytes: Uint8Array, start: number, end: number): void {
    const elements = this.#element
    const value = this.#keyValue
    let kept = false
    elements.open(bytes, start, end)
    while (elements.next()) {
      if (elements.tag !== tags.ARRAY_VALUES) continue
      let tag = 0
      value.open(bytes, elements.start, elements.end)
      while (value.next()) tag = value.tag
      if (this.#addScalar(key, tag, bytes, value.start, value.end)) kept = true
    }
    if (!kept) this.#addPlaceholder(key, tags.VALUE_ARRAY)
  }
}

function newOwner(tenant: string, service: string, remembersPieces: boolean): Owner {
  return {
    tenant,
    service,
    series: new Uint32Array(SERIES_PLACES),
    seenPieces: remembersPieces ? new Uint32Array(PIECE_WORDS) : undefined,
  }
}

/** The last end of a character at or before `end`. */
function utf8Cut(bytes: Uint8Array, start: number, end: number): number {
  let cut = end
  while (cut > start && (bytes[cut]! & 0xc0) === 0x80) cut--
  return cut
}
