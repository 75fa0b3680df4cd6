// Keys of attributes as they come again and again: text, bytes and meaning of each are found once and shared.
import { decodeUtf8, encodeUtf8 } from '../wire/utf8.ts'
import { roleOf } from './keys.ts'

export interface AttributeKey {
  readonly text: string
  /** Its UTF-8; U+FFFD stands for what was none. */
  readonly utf8: Uint8Array
  /** One of ROLE. */
  readonly role: number
}

/** Keys seen lately, each in the slot of its hash. */
const SLOTS = 4096
const recent: (AttributeKey | undefined)[] = new Array(SLOTS).fill(undefined)
/** Longer ones are hardly the same twice. */
const LONGEST_KEPT = 64

/** The key whose text stands in `bytes[start, end)`, as it is, without escapes. */
export function attributeKey(bytes: Uint8Array, start: number, end: number): AttributeKey {
  if (end - start > LONGEST_KEPT) return keyOf(decodeUtf8(bytes, start, end))
  let hash = 0
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
  const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1)
  const known = recent[slot]
  if (known !== undefined && isSame(known.utf8, bytes, start, end)) return known
  const key = keyOf(decodeUtf8(bytes, start, end))
  recent[slot] = key
  return key
}

export function keyOf(text: string): AttributeKey {
  return { text, utf8: encodeUtf8(text), role: roleOf(text) }
}

function isSame(utf8: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (utf8.length !== end - start) return false
  for (let i = 0; i < utf8.length; i++) if (utf8[i] !== bytes[start + i]) return false
  return true
}
