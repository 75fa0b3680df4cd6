// What the key of a tag means, found by its bytes: senders repeat a few dozen keys in every span, so each is looked at
// once and found again by a hash of its bytes, without a string.
import { isResourceKey } from '../otlp/resource-keys.ts'
import { viewOf } from '../wire/plain-text.ts'
import { decodeUtf8, encodeUtf8 } from '../wire/utf8.ts'
import { ENDPOINT_KEY, LINK_PREFIX, PEER_NAME_KEYS, TAG_KEY, TAG_PREFIX } from './attribute-keys.ts'

/** Meanings of keys. Those above `reserved` are looked at together: see special-tags.ts. */
export const MEANING = {
  /** An attribute of the span under its own key. */
  plain: 0,
  /** An attribute of the resource. */
  resource: 1,
  /** Must not be taken for one of Clew's own: kept behind TAG_PREFIX. */
  reserved: 2,
  serviceName: 3,
  peerService: 4,
  peerAddress: 5,
  peerPort: 6,
  localPort: 7,
  peerName: 8,
  error: 9,
  statusCode: 10,
  scopeName: 11,
  scopeVersion: 12,
  traceState: 13,
  droppedAttributes: 14,
  droppedEvents: 15,
  droppedLinks: 16,
  link: 17,
} as const
export const MEANINGS = 18

export interface TagKey {
  /** The UTF-8 of the attribute's key. */
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly meaning: number
  /** The key and what is between it and its value in JSON, `key":"`; nothing where the key does not stand there as it is. */
  readonly beforeText: DataView
}

const MEANING_OF = new Map<string, number>([
  [ENDPOINT_KEY.localService, MEANING.serviceName],
  [ENDPOINT_KEY.localPort, MEANING.localPort],
  [ENDPOINT_KEY.remoteService, MEANING.peerService],
  [ENDPOINT_KEY.remoteAddress, MEANING.peerAddress],
  [ENDPOINT_KEY.remotePort, MEANING.peerPort],
  ...PEER_NAME_KEYS.map((key) => [key, MEANING.peerName] as const),
  ...Object.entries(TAG_KEY).map(([name, key]) => [key, MEANING[name as keyof typeof TAG_KEY]] as const),
])

const NO_VIEW = viewOf(new Uint8Array(0))
const QUOTE = 0x22
const BACKSLASH = 0x5c
const RESERVED_PREFIX = 'zipkin.'

/** Longer keys are rare, and plain. */
const MAX_KNOWN_BYTES = 64
/** Keys seen lately, by a hash of their bytes; a key takes the place of another with the same hash. */
const SLOTS = 2048
const recent: (TagKey | undefined)[] = new Array(SLOTS).fill(undefined)

/** The meaning of the key `source[start, end)`; `guess` is what it may well be: the key in this place of the span before. */
function tagKeyOf(source: Uint8Array, start: number, end: number, guess: TagKey | undefined): TagKey {
  const length = end - start
  if (guess !== undefined && isSame(guess.bytes, source, start, length)) return guess
  if (length > MAX_KNOWN_BYTES || length === 0) return unknownKey(source, start, end)
  const slot = slotOf(source, start, length)
  const known = recent[slot]
  if (known !== undefined && isSame(known.bytes, source, start, length)) return known
  const bytes = source.slice(start, end)
  const text = decodeUtf8(bytes, 0, length)
  const beforeText = bytes.every(isPlainByte) ? viewOf(encodeUtf8(`${text}":"`)) : NO_VIEW
  const key = { bytes, view: viewOf(bytes), meaning: meaningOf(text), beforeText }
  recent[slot] = key
  return key
}

/** A few bytes tell most keys apart. */
function slotOf(source: Uint8Array, start: number, length: number): number {
  const last = start + length - 1
  let hash = length
  for (let at = start; at <= last; at += 3) hash = (Math.imul(hash, 31) + source[at]!) | 0
  hash = Math.imul(hash, 31) + source[last]!
  return (hash ^ (hash >>> 11)) & (SLOTS - 1)
}

function isPlainByte(code: number): boolean {
  return code >= 0x20 && code !== QUOTE && code !== BACKSLASH
}

function unknownKey(source: Uint8Array, start: number, end: number): TagKey {
  const key = decodeUtf8(source, start, Math.min(end, start + MAX_KNOWN_BYTES))
  const meaning = key.startsWith(RESERVED_PREFIX)
    ? MEANING.reserved
    : isResourceKey(key)
      ? MEANING.resource
      : MEANING.plain
  const bytes = source.subarray(start, end)
  return { bytes, view: viewOf(bytes), meaning, beforeText: NO_VIEW }
}

function meaningOf(key: string): number {
  const meaning = MEANING_OF.get(key)
  if (meaning !== undefined) return meaning
  if (key.startsWith(RESERVED_PREFIX)) return MEANING.reserved
  if (key.startsWith(LINK_PREFIX)) return MEANING.link
  return isResourceKey(key) ? MEANING.resource : MEANING.plain
}

/** The keys of a span's tags, by row. */
export class TagKeys {
  count = 0
  /** Beyond `count` those of spans before, which the next may well have again. */
  readonly items: TagKey[] = []

  add(source: Uint8Array, start: number, end: number): void {
    const row = this.count++
    const guess = this.items[row]
    const key = tagKeyOf(source, start, end, guess)
    if (key !== guess) this.items[row] = key
  }

  /** The key that the span before has in this place. */
  addAgain(): void {
    this.count++
  }

  /**
   * Where the text of a tag begins in JSON whose key begins at `start`: that of the span before in this place, with a text
   * right behind it. 0 where it is another, or stands otherwise.
   */
  textAfterSame(view: DataView, start: number): number {
    const guess = this.items[this.count]
    if (guess === undefined) return 0
    const { beforeText } = guess
    const length = beforeText.byteLength
    if (length === 0 || start + length > view.byteLength) return 0
    let i = 0
    for (const lastWord = length - 4; i <= lastWord; i += 4)
      if (beforeText.getInt32(i, true) !== view.getInt32(start + i, true)) return 0
    for (; i < length; i++) if (beforeText.getUint8(i) !== view.getUint8(start + i)) return 0
    return start + length
  }
}

/** The key of the tag that an attribute behind TAG_PREFIX stands for, else undefined. */
export function unprefixed(key: string): string | undefined {
  return key.startsWith(TAG_PREFIX) ? key.slice(TAG_PREFIX.length) : undefined
}

function isSame(known: Uint8Array, source: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false
  for (let i = 0; i < length; i++) if (known[i] !== source[start + i]) return false
  return true
}
