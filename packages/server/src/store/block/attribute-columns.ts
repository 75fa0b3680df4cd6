// Typed attribute items of rows: what the six array columns `string_keys … bool_values` of `spans` and `resources` hold.
// Fed with OTLP bytes; strings are copied, never decoded.
//
//   row 0  {http.route: "/a", retries: 2}      string_keys [http.route]  string_values ["/a"]   number_keys [retries] …
import {
  arrayOffsets,
  LOW_CARDINALITY_PREFIX,
  lowCardinalityData,
  type NativeFileColumn,
  uint32Bytes,
} from '../native-writer.ts'
import { ByteInterner } from './byte-interner.ts'
import { FieldCursor } from './field-cursor.ts'
import { copyBytes, GrowableBytes, GrowableUint32, writeVarUint } from './growable-bytes.ts'
import * as tags from './otlp-tags.ts'

/** Longer strings are cut here; the bytes in `traces` are whole, and equality on such a value is a superset. */
export const INDEXED_VALUE_BYTES = 1024

/** Where an attribute was found; its keys are written with this before them. */
export type KeyPrefix = '' | '@event:' | '@link:' | '@scope:'

const AT = 0x40

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

  readonly #stringKeys = new GrowableUint32(1024)
  readonly #strings = new GrowableBytes(65_536)
  readonly #numberKeys = new GrowableUint32(1024)
  /** Float64 bits, low word first. */
  readonly #numbers = new GrowableUint32(1024)
  readonly #boolKeys = new GrowableUint32(1024)
  readonly #bools = new GrowableUint32(1024)
  readonly #stringEnds = new GrowableUint32(1024)
  readonly #numberEnds = new GrowableUint32(1024)
  readonly #boolEnds = new GrowableUint32(1024)

  /** `ownScope` names the scope of keys without a prefix: one that starts with `@` is written `@<ownScope>:…`. */
  constructor(ownScope: 'span' | 'resource') {
    const bytes = (text: string): Uint8Array => Buffer.from(text)
    this.#prefixes = {
      '': bytes(''),
      '@event:': bytes('@event:'),
      '@link:': bytes('@link:'),
      '@scope:': bytes('@scope:'),
    }
    this.#escape = bytes(`@${ownScope}:`)
  }

  clear(): void {
    this.#keys.clear()
    this.#following.fill(0)
    this.#strings.clear()
    for (const column of [this.#stringKeys, this.#numberKeys, this.#numbers, this.#boolKeys, this.#bools])
      column.clear()
    for (const column of [this.#stringEnds, this.#numberEnds, this.#boolEnds]) column.clear()
  }

  endRow(): void {
    this.#stringEnds.push(this.#stringKeys.length)
    this.#numberEnds.push(this.#numberKeys.length)
    this.#boolEnds.push(this.#boolKeys.length)
    this.#previousKey = 0
  }

  /** A key of our own, such as `@event.name`, for `addString`. */
  key(name: string): number {
    const bytes = Buffer.from(name)
    return this.#keys.intern(bytes, 0, bytes.length)
  }

  addString(key: number, bytes: Uint8Array, start: number, end: number): void {
    const cut = end - start > INDEXED_VALUE_BYTES ? utf8Cut(bytes, start, start + INDEXED_VALUE_BYTES) : end
    const strings = this.#strings
    strings.reserve(cut - start + 5)
    const at = writeVarUint(strings.bytes, strings.length, cut - start)
    strings.length = copyBytes(bytes, start, cut, strings.bytes, at)
    this.#stringKeys.push(key)
  }

  /** The `KeyValue` message in `bytes[start, end)`. */
  addKeyValue(bytes: Uint8Array, start: number, end: number, prefix: KeyPrefix): void {
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
    else if (!this.#addScalar(key, tag, bytes, valueStart, valueEnd)) this.addString(key, bytes, 0, 0)
  }

  #addScalar(key: number, tag: number, bytes: Uint8Array, start: number, end: number): boolean {
    switch (tag) {
      case tags.VALUE_STRING:
        this.addString(key, bytes, start, end)
        return true
      case tags.VALUE_INT:
        this.#addNumber(key, int64AsDouble(bytes, start))
        return true
      case tags.VALUE_DOUBLE:
        for (let i = 0; i < 8; i++) scratchBytes[i] = bytes[start + i]!
        this.#addNumber(key, scratchDouble[0]!)
        return true
      case tags.VALUE_BOOL:
        this.#boolKeys.push(key)
        this.#bools.push(bytes[start] === 0 ? 0 : 1)
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
    if (!kept) this.addString(key, bytes, 0, 0)
  }

  #addNumber(key: number, value: number): void {
    scratchDouble[0] = value
    this.#numberKeys.push(key)
    this.#numbers.push(scratchWords[0]!)
    this.#numbers.push(scratchWords[1]!)
  }

  columns(): NativeFileColumn[] {
    const strings = this.#strings.written()
    return [
      ...this.#pair('string', this.#stringEnds, this.#stringKeys, 'String', strings),
      ...this.#pair('number', this.#numberEnds, this.#numberKeys, 'Float64', uint32Bytes(this.#numbers)),
      ...this.#pair(
        'bool',
        this.#boolEnds,
        this.#boolKeys,
        'Bool',
        Uint8Array.from(this.#bools.values.subarray(0, this.#bools.length)),
      ),
    ]
  }

  #pair(
    kind: string,
    ends: GrowableUint32,
    keys: GrowableUint32,
    type: string,
    values: Uint8Array,
  ): NativeFileColumn[] {
    const offsets = arrayOffsets(ends.values, ends.length)
    const keyData = lowCardinalityData(this.#keys.nativeStrings(), this.#keys.size, keys.values, keys.length)
    return [
      {
        name: `${kind}_keys`,
        type: 'Array(LowCardinality(String))',
        chunks: [LOW_CARDINALITY_PREFIX, offsets, ...keyData],
      },
      { name: `${kind}_values`, type: `Array(${type})`, chunks: [offsets, values] },
    ]
  }
}

const scratchDouble = new Float64Array(1)
const scratchWords = new Uint32Array(scratchDouble.buffer)
const scratchBytes = new Uint8Array(scratchDouble.buffer)

/** A varint int64 as the nearest double: exact up to 2^53, so equality beyond it is a superset. */
function int64AsDouble(bytes: Uint8Array, start: number): number {
  let low = 0
  let high = 0
  let at = start
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!
    const bits = byte & 0x7f
    if (shift < 28) low |= bits << shift
    else if (shift === 28) {
      low |= bits << 28
      high = bits >>> 4
    } else high |= bits << (shift - 32)
    if (byte < 0x80) return (high | 0) * 0x1_0000_0000 + (low >>> 0)
  }
}

/** The last end of a character at or before `end`. */
function utf8Cut(bytes: Uint8Array, start: number, end: number): number {
  let cut = end
  while (cut > start && (bytes[cut]! & 0xc0) === 0x80) cut--
  return cut
}
