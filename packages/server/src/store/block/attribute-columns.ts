// Typed attribute items of rows: what the six array columns `string_keys … bool_values` of `spans` and `resources` hold.
// Fed with OTLP bytes; strings are copied, never decoded.
//
//   row 0  {http.route: "/a", retries: 2}      string_keys [http.route]  string_values ["/a"]   number_keys [retries] …
import { decodeUtf8 } from '@clew/codecs'
import type { NativeFileColumn } from '../native-writer.ts'
import { type AttributeCatalog, VALUE_TYPES, type ValueType } from './attribute-catalog.ts'
import { ByteInterner } from './byte-interner.ts'
import { FieldCursor } from './field-cursor.ts'
import { copyBytes, GrowableBytes } from './growable-bytes.ts'
import * as tags from './otlp-tags.ts'
import { TypedItems } from './typed-items.ts'
import { int64AsDouble } from './wire-value.ts'

/** Longer strings are cut here; the bytes in `traces` are whole, and equality on such a value is a superset. */
export const INDEXED_VALUE_BYTES = 1024

/** Where an attribute was found; its keys are written with this before them. */
export type KeyPrefix = '' | '@event:' | '@link:' | '@scope:'

const AT = 0x40
/** Room for the first 64 keys of a service; more make it grow. */
const SERIES_PLACES = 64 * VALUE_TYPES.length
const NO_BYTES = new Uint8Array(0)

/** Index into VALUE_TYPES. The first four are scalars, whose values are listed. */
const TYPE = { string: 0, int: 1, double: 2, bool: 3, bytes: 4, array: 5, kvlist: 6, empty: 7 } as const
const LISTED_TYPES = 4
const TYPE_OF_TAG: Readonly<Record<number, number>> = {
  [tags.VALUE_ARRAY]: TYPE.array,
  [tags.VALUE_KVLIST]: TYPE.kvlist,
  [tags.VALUE_BYTES]: TYPE.bytes,
}

export class AttributeColumns {
  readonly #keys = new ByteInterner()
  /** The key that came after each key the last time: senders repeat their order, so this is nearly always right. */
  #following = new Uint32Array(256)
  #previousKey = 0
  readonly #scratch = new GrowableBytes(256)
  readonly #prefixes: Readonly<Record<KeyPrefix, Uint8Array>>
  readonly #escape: Uint8Array
  readonly #keyValue = new FieldCursor()
  readonly #element = new FieldCursor()

  readonly #items = new TypedItems()
  #catalog: AttributeCatalog | undefined
  #tenant = ''
  #service = ''
  /** Series of (key, type) for the tenant and service of the rows that come, plus one; 0 where not asked yet. */
  #seriesOf: Uint32Array = new Uint32Array(SERIES_PLACES)
  readonly #seriesOfOwner = new Map<string, Uint32Array>()
  readonly #ownScope: 'span' | 'resource'

  /** `ownScope` names the scope of keys without a prefix: one that starts with `@` is written `@<ownScope>:…`. */
  constructor(ownScope: 'span' | 'resource') {
    this.#ownScope = ownScope
    const bytes = (text: string): Uint8Array => Buffer.from(text)
    this.#prefixes = {
      '': bytes(''),
      '@event:': bytes('@event:'),
      '@link:': bytes('@link:'),
      '@scope:': bytes('@scope:'),
    }
    this.#escape = bytes(`@${ownScope}:`)
  }

  /** Forgets all rows. What comes is told to `catalog`, if there is one. */
  clear(catalog?: AttributeCatalog): void {
    this.#catalog = catalog
    this.#seriesOfOwner.clear()
    this.#seriesOf = new Uint32Array(SERIES_PLACES)
    this.#tenant = ''
    this.#service = ''
    this.#keys.clear()
    this.#following.fill(0)
    this.#items.clear()
  }

  /** Whose the rows are that come now, for the catalog. */
  setOwner(tenant: string, service: string): void {
    const owner = JSON.stringify([this.#tenant, this.#service])
    this.#seriesOfOwner.set(owner, this.#seriesOf)
    this.#tenant = tenant
    this.#service = service
    this.#seriesOf = this.#seriesOfOwner.get(JSON.stringify([tenant, service])) ?? new Uint32Array(SERIES_PLACES)
  }

  endRow(): void {
    this.#items.endRow()
    this.#previousKey = 0
  }

  /** A key of our own, such as `@event.name`, for `addString`. */
  key(name: string): number {
    const bytes = Buffer.from(name)
    return this.#keys.intern(bytes, 0, bytes.length)
  }

  addString(key: number, bytes: Uint8Array, start: number, end: number): void {
    const cut = end - start > INDEXED_VALUE_BYTES ? utf8Cut(bytes, start, start + INDEXED_VALUE_BYTES) : end
    this.#items.addString(key, bytes, start, cut)
  }

  /** The `KeyValue` message in `bytes[start, end)`. */
  addKeyValue(bytes: Uint8Array, start: number, end: number, prefix: KeyPrefix): void {
    // Nearly always: key and value in this order, nothing else, and lengths of one byte.
    const keyEnd = start + 2 + bytes[start + 1]!
    const isUsual =
      bytes[start] === tags.KEY_VALUE_KEY &&
      bytes[start + 1]! < 0x80 &&
      bytes[keyEnd] === tags.KEY_VALUE_VALUE &&
      bytes[keyEnd + 1]! < 0x80 &&
      keyEnd + 2 + bytes[keyEnd + 1]! === end
    if (isUsual) this.#addUsual(bytes, start + 2, keyEnd, end, prefix)
    else this.#addAnyOrder(bytes, start, end, prefix)
  }

  /** The `AnyValue` lies in `bytes[keyEnd + 2, end)`. */
  #addUsual(bytes: Uint8Array, keyStart: number, keyEnd: number, end: number, prefix: KeyPrefix): void {
    const key = this.#keyId(bytes, keyStart, keyEnd, prefix)
    const value = keyEnd + 2
    const isString = bytes[value] === tags.VALUE_STRING && value + 2 + bytes[value + 1]! === end
    if (isString && bytes[value + 1]! < 0x80) this.#addScalar(key, tags.VALUE_STRING, bytes, value + 2, end)
    else this.#addValue(key, bytes, value, end)
  }

  #addAnyOrder(bytes: Uint8Array, start: number, end: number, prefix: KeyPrefix): void {
    const cursor = this.#keyValue
    let key = 0
    let valueStart = 0
    let valueEnd = 0
    cursor.open(bytes, start, end)
    while (cursor.next()) {
      if (cursor.tag === tags.KEY_VALUE_KEY) key = this.#keyId(bytes, cursor.start, cursor.end, prefix)
      else if (cursor.tag === tags.KEY_VALUE_VALUE) {
        valueStart = cursor.start
        valueEnd = cursor.end
      }
    }
    this.#addValue(key, bytes, valueStart, valueEnd)
  }

  #keyId(bytes: Uint8Array, start: number, end: number, prefix: KeyPrefix): number {
    if (prefix !== '' || bytes[start] === AT) {
      const before = prefix === '' ? this.#escape : this.#prefixes[prefix]
      const scratch = this.#scratch
      scratch.length = 0
      scratch.reserve(before.length + end - start)
      scratch.bytes.set(before)
      const length = copyBytes(bytes, start, end, scratch.bytes, before.length)
      return this.#keys.intern(scratch.bytes, 0, length)
    }
    const previous = this.#previousKey
    let key = this.#following[previous]!
    if (key === 0 || !this.#keys.equals(key, bytes, start, end)) {
      key = this.#keys.intern(bytes, start, end)
      if (this.#keys.size > this.#following.length) {
        const grown = new Uint32Array(this.#following.length * 2)
        grown.set(this.#following)
        this.#following = grown
      }
      this.#following[previous] = key
    }
    this.#previousKey = key
    return key
  }

  #see(key: number, type: number, bytes: Uint8Array, start: number, end: number): void {
    const catalog = this.#catalog
    if (catalog === undefined) return
    const place = key * VALUE_TYPES.length + type
    let series = this.#seriesOf[place] ?? 0
    if (series === 0) series = this.#newSeries(catalog, place, key, VALUE_TYPES[type]!)
    if (type < LISTED_TYPES) catalog.see(series - 1, bytes, start, end)
    else catalog.seeUnlisted(series - 1)
  }

  #newSeries(catalog: AttributeCatalog, place: number, key: number, type: ValueType): number {
    const written = decodeUtf8(this.#keys.bytesOf(key), 0, this.#keys.bytesOf(key).length)
    const [scope, name] = scopeAndKey(written, this.#ownScope)
    const series = catalog.series({ tenant: this.#tenant, service: this.#service, scope, key: name, type }) + 1
    if (place >= this.#seriesOf.length) {
      const grown = new Uint32Array(Math.max(place + 1, this.#seriesOf.length * 2))
      grown.set(this.#seriesOf)
      this.#seriesOf = grown
    }
    this.#seriesOf[place] = series
    return series
  }

  /** The `AnyValue` message in `bytes[start, end)`. What has no scalar (empty, bytes, maps) keeps its key, with ''. */
  #addValue(key: number, bytes: Uint8Array, start: number, end: number): void {
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

  /** A value without a scalar of its own: the key is kept with '', so that it is known to exist. */
  #addPlaceholder(key: number, tag: number): void {
    this.addString(key, NO_BYTES, 0, 0)
    this.#see(key, TYPE_OF_TAG[tag] ?? TYPE.empty, NO_BYTES, 0, 0)
  }

  #addScalar(key: number, tag: number, bytes: Uint8Array, start: number, end: number): boolean {
    switch (tag) {
      case tags.VALUE_STRING:
        this.addString(key, bytes, start, end)
        this.#see(key, TYPE.string, bytes, start, end)
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

  columns(): NativeFileColumn[] {
    return this.#items.columns(this.#keys)
  }
}

/** A key as it is written here, taken apart: `@event:cache.key` is `cache.key` of the scope `event`. */
function scopeAndKey(written: string, ownScope: string): readonly [scope: string, key: string] {
  const match = /^@(span|resource|scope|event|link):/.exec(written)
  return match === null ? [ownScope, written] : [match[1]!, written.slice(match[0].length)]
}

/** The last end of a character at or before `end`. */
function utf8Cut(bytes: Uint8Array, start: number, end: number): number {
  let cut = end
  while (cut > start && (bytes[cut]! & 0xc0) === 0x80) cut--
  return cut
}
