// JSON into bodies: one array, an object around an array (OTLP's `resourceSpans`, Jaeger's `data`), or any number of
// documents one after the other, with or without line ends. What the items are is the decoder's business.
//
//   [a,b,c]                        →  [a,b]  [c]            (arrays in arrays are laid flat)
//   {"resourceSpans":[a,b,c],…}    →  {"resourceSpans":[a,b]}  {"resourceSpans":[c]}
//   {…}⏎{…}⏎{…}                    →  [{…},{…}]  [{…}]
import { DecodeError } from '@clew/model'
import { afterSpace, CODE } from '../wire/json-tokens.ts'
import { decodeUtf8, encodeUtf8 } from '../wire/utf8.ts'
import { ByteBuffer } from './byte-buffer.ts'
import { JsonValueScanner } from './json-value-scanner.ts'
import { type Body, checkItemSize, type Splitter, type SplitterLimits } from './splitter.ts'

const FORMAT = 'json'

/** How bodies open and close. */
interface Frame {
  readonly open: Uint8Array
  readonly close: Uint8Array
}

const LIST: Frame = { open: encodeUtf8('['), close: encodeUtf8(']') }

/** By the bytes of a key, with its quotes: documents whose array is taken apart. */
const ENVELOPES: ReadonlyMap<string, Frame> = new Map(
  ['"resourceSpans"', '"data"'].map((key) => [key, { open: encodeUtf8(`{${key}:[`), close: encodeUtf8(']}') }]),
)

const COMMA = encodeUtf8(',')
const BYTE_ORDER_MARK = encodeUtf8('\ufeff')

/** What is expected next; `item`, `key` and `member` also while the splitter is within one. */
type State =
  | 'document'
  | 'firstItem'
  | 'item'
  | 'itemSeparator'
  | 'firstKey'
  | 'key'
  | 'colon'
  | 'member'
  | 'memberSeparator'

export class JsonSplitter implements Splitter {
  readonly #limits: SplitterLimits
  readonly #value = new JsonValueScanner()
  #state: State = 'document'
  /** How the items around here are framed, and how many arrays are around them. */
  #frame = LIST
  #lists = 0
  /** What an open body holds, from its frame's opening on; and its frame. */
  readonly #pending = new ByteBuffer()
  #pendingFrame = LIST
  #pendingOffset = 0
  /** End of `#pending` before the item that is read. */
  #beforeItem = 0
  /** A document that may turn out to be an item, and its end before the key that is read. */
  readonly #document = new ByteBuffer()
  #documentOffset = 0
  #beforeKey = 0
  /** Where the bytes that are read go to; undefined where nobody wants them. */
  #kept: ByteBuffer | undefined
  readonly #full: Body[] = []
  /** Place of the chunk in the stream. */
  #offset = 0

  constructor(limits: SplitterLimits) {
    this.#limits = limits
  }

  /** The first chunk holds a byte order mark whole, where there is one. */
  *push(chunk: Uint8Array): Generator<Body> {
    let at = this.#offset === 0 && BYTE_ORDER_MARK.every((byte, i) => chunk[i] === byte) ? BYTE_ORDER_MARK.length : 0
    try {
      while (at < chunk.length) {
        at = this.#value.isWithin ? this.#within(chunk, at) : this.#between(chunk, at)
        if (this.#full.length > 0) yield* this.#full.splice(0)
      }
    } catch (error) {
      yield* this.#rest()
      throw error
    }
    this.#offset += chunk.length
  }

  *end(): Generator<Body> {
    yield* this.#rest()
    if (this.#state !== 'document')
      throw new DecodeError(FORMAT, `byte ${this.#offset}`, 'expected the rest of the document, got the end')
  }

  #within(chunk: Uint8Array, from: number): number {
    const at = this.#value.scan(chunk, from)
    if (this.#kept !== undefined) {
      this.#kept.append(chunk, from, at)
      const start = this.#kept === this.#pending ? this.#beforeItem : 0
      checkItemSize(FORMAT, this.#offset + at, this.#kept.length - start, this.#limits)
    }
    if (this.#value.isWithin) return at
    if (this.#state === 'item') this.#endItem('itemSeparator')
    else this.#state = this.#state === 'key' ? 'colon' : 'memberSeparator'
    return at
  }

  /** One byte between values, or the first of a value, which is then gone over from there. */
  #between(chunk: Uint8Array, from: number): number {
    const at = afterSpace(chunk, from, chunk.length)
    if (at === chunk.length) return at
    const code = chunk[at]!
    switch (this.#state) {
      case 'document':
        if (code === CODE.openArray) return this.#openList(LIST, at)
        if (code !== CODE.openObject) return this.#fail(chunk, at, '"[" or "{"')
        this.#documentOffset = this.#offset + at
        this.#kept = this.#document
        return this.#keep(chunk, at, 'firstKey')
      case 'firstItem':
      case 'item':
        return this.#itemAt(chunk, at, code)
      case 'itemSeparator':
        if (code === CODE.closeArray) return this.#closeList(at)
        if (code !== CODE.comma) return this.#fail(chunk, at, '"," or "]"')
        this.#state = 'item'
        return at + 1
      case 'firstKey':
      case 'key':
        if (code === CODE.closeObject && this.#state === 'firstKey') return this.#endDocument(chunk, at)
        if (code !== CODE.quote) return this.#fail(chunk, at, 'a key')
        this.#state = 'key'
        this.#beforeKey = this.#document.length
        this.#value.begin()
        return at
      case 'colon':
        if (code !== CODE.colon) return this.#fail(chunk, at, '":"')
        return this.#keep(chunk, at, 'member')
      case 'member':
        return this.#memberValueAt(chunk, at, code)
      case 'memberSeparator':
        if (code === CODE.closeObject) return this.#endDocument(chunk, at)
        if (code !== CODE.comma) return this.#fail(chunk, at, '"," or "}"')
        return this.#keep(chunk, at, 'key')
    }
  }

  #itemAt(chunk: Uint8Array, at: number, code: number): number {
    if (code === CODE.closeArray && this.#state === 'firstItem') return this.#closeList(at)
    if (code === CODE.openArray && this.#frame === LIST) return this.#openList(LIST, at)
    if (isNoValue(code)) return this.#fail(chunk, at, 'an item')
    this.#state = 'item'
    this.#beginItem(this.#frame, this.#offset + at)
    this.#kept = this.#pending
    this.#value.begin()
    return at
  }

  #memberValueAt(chunk: Uint8Array, at: number, code: number): number {
    if (isNoValue(code)) return this.#fail(chunk, at, 'a value')
    const frame = code === CODE.openArray && this.#kept !== undefined ? ENVELOPES.get(this.#keyText()) : undefined
    if (frame === undefined) {
      this.#value.begin()
      return at
    }
    // Its items are taken, and nothing else of the document.
    this.#document.truncate(0)
    this.#kept = undefined
    return this.#openList(frame, at)
  }

  #keyText(): string {
    const bytes = this.#document.view.subarray(this.#beforeKey, -1)
    return bytes.length > MAX_KEY_BYTES ? '' : decodeUtf8(bytes, 0, bytes.length)
  }

  #openList(frame: Frame, at: number): number {
    this.#frame = frame
    this.#lists++
    this.#state = 'firstItem'
    return at + 1
  }

  #closeList(at: number): number {
    this.#lists--
    if (this.#lists > 0) this.#state = 'itemSeparator'
    else this.#state = this.#frame === LIST ? 'document' : 'memberSeparator'
    return at + 1
  }

  #endDocument(chunk: Uint8Array, at: number): number {
    const next = this.#keep(chunk, at, 'document')
    if (this.#kept !== undefined) {
      this.#beginItem(LIST, this.#documentOffset)
      this.#pending.append(this.#document.view)
      this.#document.truncate(0)
      this.#endItem('document')
    }
    return next
  }

  /** What is put into `#pending` next is an item that stands at `offset`. */
  #beginItem(frame: Frame, offset: number): void {
    const pending = this.#pending
    if (pending.length > 0 && frame !== this.#pendingFrame) this.#close()
    this.#beforeItem = pending.length
    if (pending.length > 0) pending.append(COMMA)
    else {
      pending.append(frame.open)
      this.#pendingFrame = frame
      this.#pendingOffset = offset
    }
  }

  #endItem(next: State): void {
    this.#kept = undefined
    this.#state = next
    if (this.#pending.length >= this.#limits.bodyBytes) this.#close()
  }

  /** Takes a byte of a document. */
  #keep(chunk: Uint8Array, at: number, next: State): number {
    this.#kept?.append(chunk, at, at + 1)
    this.#state = next
    return at + 1
  }

  #close(): void {
    this.#pending.append(this.#pendingFrame.close)
    this.#full.push({ bytes: this.#pending.take(), offset: this.#pendingOffset })
  }

  /** What is whole, when nothing more comes. */
  *#rest(): Generator<Body> {
    if (this.#kept === this.#pending) this.#pending.truncate(this.#beforeItem)
    this.#kept = undefined
    if (this.#pending.length > 0) this.#close()
    yield* this.#full.splice(0)
  }

  #fail(chunk: Uint8Array, at: number, expected: string): never {
    const found = JSON.stringify(decodeUtf8(chunk, at, Math.min(chunk.length, at + 20)))
    throw new DecodeError(FORMAT, `byte ${this.#offset + at}`, `expected ${expected}, got ${found}`)
  }
}

/** With its quotes and the colon after it. */
const MAX_KEY_BYTES = 32

function isNoValue(code: number): boolean {
  return code === CODE.comma || code === CODE.colon || code === CODE.closeArray || code === CODE.closeObject
}
