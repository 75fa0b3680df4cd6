// Attribute keys as small numbers that stay the same from block to block, with the 64-bit number that stands for each in
// the tables. Keys of events, links and scopes have their place before them, so none can be mistaken for a span's own.
import { createHash } from 'node:crypto'
import { decodeUtf8 } from '@clew/codecs'
import { ByteInterner } from './byte-interner.ts'
import { copyBytes, GrowableBytes, GrowableUint32 } from './growable-bytes.ts'

/** Where an attribute was found; its keys are written with this before them. */
export type KeyPrefix = '' | '@event:' | '@link:' | '@scope:'

const AT = 0x40
/** Remembered from block to block; a sender that makes up keys shall not fill the memory. */
const REMEMBERED_KEYS = 16_384

/**
 * What stands for a key in `string_keys`, `number_keys` and `bool_keys`: the first 64 bits of its SHA-256. A number is
 * compared and merged at a fraction of what a string costs, and two keys in use never share one.
 */
export function attributeKeyNumber(key: string | Uint8Array): bigint {
  return createHash('sha256').update(key).digest().readBigUInt64LE(0)
}

export class AttributeKeys {
  readonly #keys = new ByteInterner()
  /** Two words a key, low word first. */
  readonly #numbers = new GrowableUint32(512)
  /** The key that came after each one the last time: senders repeat their order, so this is nearly always right. */
  #following = new Uint32Array(256)
  #previous = 0
  readonly #scratch = new GrowableBytes(256)
  readonly #prefixes: Readonly<Record<KeyPrefix, Uint8Array>>
  readonly #escape: Uint8Array
  readonly #ownScope: 'span' | 'resource'

  /** `ownScope` names the scope of keys without a prefix: one that starts with `@` is written `@<ownScope>:…`. */
  constructor(ownScope: 'span' | 'resource') {
    const bytes = (text: string): Uint8Array => Buffer.from(text)
    this.#ownScope = ownScope
    this.#prefixes = {
      '': bytes(''),
      '@event:': bytes('@event:'),
      '@link:': bytes('@link:'),
      '@scope:': bytes('@scope:'),
    }
    this.#escape = bytes(`@${ownScope}:`)
    this.#number(0)
  }

  /** How many there are; each key's number is below it. */
  get size(): number {
    return this.#keys.size
  }

  /** Before a block: forgets all keys when they are too many; true when it did. */
  forgetIfMany(): boolean {
    if (this.#keys.size < REMEMBERED_KEYS) return false
    this.#keys.clear()
    this.#numbers.clear()
    this.#following = new Uint32Array(256)
    this.#number(0)
    return true
  }

  startRow(): void {
    this.#previous = 0
  }

  /** The key in `bytes[start, end)`, found where a span or resource has its own attributes. */
  own(bytes: Uint8Array, start: number, end: number): number {
    const previous = this.#previous
    let key = this.#following[previous]!
    if (key === 0 || !this.#keys.equals(key, bytes, start, end)) {
      // What is written with something before it is no neighbour of a key as it came.
      if (bytes[start] === AT) return this.#withBefore(this.#escape, bytes, start, end)
      key = this.#intern(bytes, start, end)
      this.#following[previous] = key
    }
    this.#previous = key
    return key
  }

  at(prefix: KeyPrefix, bytes: Uint8Array, start: number, end: number): number {
    return prefix === '' ? this.own(bytes, start, end) : this.#withBefore(this.#prefixes[prefix], bytes, start, end)
  }

  /** A key of our own, such as `@event.name`. */
  named(name: string): number {
    const bytes = Buffer.from(name)
    return this.#intern(bytes, 0, bytes.length)
  }

  /** `@event:cache.key` is `cache.key` of the scope `event`. */
  scopeAndName(key: number): readonly [scope: string, name: string] {
    const bytes = this.#keys.bytesOf(key)
    const written = decodeUtf8(bytes, 0, bytes.length)
    const match = /^@(span|resource|scope|event|link):/.exec(written)
    return match === null ? [this.#ownScope, written] : [match[1]!, written.slice(match[0].length)]
  }

  /** The numbers of `keys` as words: the data of a UInt64 column. */
  numbersOf(keys: GrowableUint32): Uint32Array {
    const words = new Uint32Array(keys.length * 2)
    const numbers = this.#numbers.values
    for (let i = 0; i < keys.length; i++) {
      const key = keys.values[i]!
      words[2 * i] = numbers[2 * key]!
      words[2 * i + 1] = numbers[2 * key + 1]!
    }
    return words
  }

  #withBefore(before: Uint8Array, bytes: Uint8Array, start: number, end: number): number {
    const scratch = this.#scratch
    scratch.length = 0
    scratch.reserve(before.length + end - start)
    scratch.bytes.set(before)
    return this.#intern(scratch.bytes, 0, copyBytes(bytes, start, end, scratch.bytes, before.length))
  }

  #intern(bytes: Uint8Array, start: number, end: number): number {
    const key = this.#keys.intern(bytes, start, end)
    if (2 * key === this.#numbers.length) this.#number(key)
    return key
  }

  #number(key: number): void {
    const number = attributeKeyNumber(this.#keys.bytesOf(key))
    this.#numbers.push(Number(number & 0xffff_ffffn))
    this.#numbers.push(Number(number >> 32n))
    if (this.#keys.size <= this.#following.length) return
    const grown = new Uint32Array(this.#following.length * 2)
    grown.set(this.#following)
    this.#following = grown
  }
}
