// Reads each span of a block once, in the order they came, and feeds both copies from it: typed attribute items for
// `spans`, pieces and values for `traces`. Bytes are read where they lie; in the order of a sort key they would have to be
// fetched from memory again for every table (measured: more than half of the time of a block).
import type { AttributeCatalog } from './attribute-catalog.ts'
import { AttributeColumns } from './attribute-columns.ts'
import { AttributeKeys } from './attribute-keys.ts'
import { FieldCursor } from './field-cursor.ts'
import * as tags from './otlp-tags.ts'
import type { PieceDictionaries } from './piece-dictionaries.ts'
import { SpanPieces } from './span-pieces.ts'
import type { SpanRows } from './span-rows.ts'

const LENGTH_DELIMITED = 2

export class SpanScan {
  readonly #keys = new AttributeKeys('span')
  readonly attributes = new AttributeColumns(this.#keys)
  readonly pieces = new SpanPieces()
  readonly #span = new FieldCursor()
  readonly #inner = new FieldCursor()
  #dictionaries: PieceDictionaries | undefined
  #eventName = 0
  #linkTraceId = 0
  #linkSpanId = 0
  #statusMessage = 0

  /** Reads all rows. What `dictionaries` and `catalog` are told stays with them; `attributes` and `pieces` hold the block. */
  scan(rows: SpanRows, catalog: AttributeCatalog, dictionaries: PieceDictionaries): void {
    const { attributes, pieces } = this
    const areKeysNew = this.#keys.forgetIfMany()
    if (areKeysNew) dictionaries.forgetGroups()
    if (areKeysNew || dictionaries !== this.#dictionaries) pieces.forgetVariety()
    this.#dictionaries = dictionaries
    attributes.clear(catalog, areKeysNew)
    pieces.clear()
    this.#eventName = this.#keys.named('@event.name')
    this.#linkTraceId = this.#keys.named('@link.trace_id')
    this.#linkSpanId = this.#keys.named('@link.span_id')
    this.#statusMessage = this.#keys.named('@status.message')
    let tenant = -1
    let service = -1
    for (let row = 0; row < rows.count; row++) {
      if (rows.tenant[row] !== tenant || rows.service[row] !== service) {
        if (rows.tenant[row] !== tenant) pieces.use(dictionaries.of(rows.tenants.textOf(rows.tenant[row]!)))
        tenant = rows.tenant[row]!
        service = rows.service[row]!
        attributes.setOwner(rows.tenants.textOf(tenant), rows.services.textOf(service))
      }
      const start = rows.itemOffset[row]!
      const end = start + rows.itemLength[row]!
      const bytes = rows.sources[rows.source[row]!]!
      attributes.startRow()
      pieces.startRow(end - start, rows.spanId, row)
      if (!this.#scanSpan(bytes, start, end, rows, row)) {
        // A field came twice or says something else than its column: the message is kept whole, and its fields, which
        // come last, count.
        pieces.restartRow()
        pieces.plain(bytes, start, end)
      }
      pieces.endRow()
      attributes.endRow()
    }
  }

  /** False when the fields that are columns cannot be left out of the message. */
  #scanSpan(bytes: Uint8Array, start: number, end: number, rows: SpanRows, row: number): boolean {
    const { pieces } = this
    const span = this.#span
    let fits = true
    let hasStart = false
    let hasEnd = false
    let hasAttributes = false
    /** After events or links the rest does not repeat as a whole. */
    let isTail = false
    /** Where what is not stored yet begins, and where the current field does. */
    let pending = idsEnd(bytes, start, end, rows, row)
    let fieldStart = pending
    span.open(bytes, pending, end)
    while (span.next()) {
      const { tag } = span
      if (tag === tags.SPAN_ATTRIBUTES) {
        if (isTail) this.attributes.addKeyValue(bytes, span.start, span.end, '')
        else {
          if (fieldStart > pending) pieces.head(bytes, pending, fieldStart)
          this.#scanAttribute(bytes, fieldStart, span.start, span.end)
          pending = span.end
          hasAttributes = true
        }
      } else if (tag === tags.SPAN_START || tag === tags.SPAN_END) {
        const isStart = tag === tags.SPAN_START
        if ((isStart ? hasStart : hasEnd) || !isTime(bytes, span.start, isStart ? rows.start : rows.end, row))
          fits = false
        if (isStart) hasStart = true
        else hasEnd = true
        if (fieldStart > pending) pieces.head(bytes, pending, fieldStart)
        pending = span.end
      } else if (tag === tags.SPAN_PARENT_ID && !isTail) {
        pieces.parent(bytes, pending, span.start, span.end)
        pending = span.end
      } else if (tag === tags.SPAN_EVENTS) {
        isTail = true
        this.#scanEvent(bytes, span.start, span.end)
      } else if (tag === tags.SPAN_LINKS) {
        isTail = true
        this.#scanLink(bytes, span.start, span.end)
      } else if (tag === tags.SPAN_STATUS) this.#scanStatus(bytes, span.start, span.end)
      fieldStart = span.end
    }
    if (end > pending) {
      if (isTail) pieces.plain(bytes, pending, end)
      else if (hasAttributes) pieces.rest(bytes, pending, end)
      else pieces.head(bytes, pending, end)
    }
    return fits
  }

  /** The field in `bytes[fieldStart, end)`, its `KeyValue` from `start` on. */
  #scanAttribute(bytes: Uint8Array, fieldStart: number, start: number, end: number): void {
    // Nearly always: key and value in this order, nothing else, a key of less than 128 bytes, and a length without zeros
    // at its end.
    const keyStart = start + 2
    const keyEnd = keyStart + bytes[start + 1]!
    const isUsual = bytes[start] === tags.KEY_VALUE_KEY && bytes[start + 1]! < 0x80 && keyEnd < end
    if (!isUsual || (bytes[start - 1] === 0 && start - fieldStart > 2)) {
      this.#scanUnusual(bytes, fieldStart, start, end)
      return
    }
    const valueStart = afterVarint(bytes, keyEnd + 1)
    if (bytes[keyEnd] !== tags.KEY_VALUE_VALUE || valueStart + lengthBefore(bytes, keyEnd + 1) !== end) {
      this.#scanUnusual(bytes, fieldStart, start, end)
      return
    }
    const key = this.#keys.own(bytes, keyStart, keyEnd)
    const tag = valueStart < end ? bytes[valueStart]! : 0
    const isDelimited = (tag & 7) === LENGTH_DELIMITED
    const scalarStart = valueStart >= end ? end : isDelimited ? afterVarint(bytes, valueStart + 1) : valueStart + 1
    const piece = this.pieces.attribute(bytes, fieldStart, keyEnd, scalarStart, end, key)
    if (tag === tags.VALUE_STRING && scalarStart + lengthBefore(bytes, valueStart + 1) === end)
      this.attributes.addStringAttribute(key, bytes, scalarStart, end, piece)
    else this.attributes.addValue(key, bytes, valueStart, end)
  }

  #scanUnusual(bytes: Uint8Array, fieldStart: number, start: number, end: number): void {
    this.pieces.plain(bytes, fieldStart, end)
    this.attributes.addKeyValue(bytes, start, end, '')
  }

  #scanEvent(bytes: Uint8Array, start: number, end: number): void {
    const event = this.#inner
    event.open(bytes, start, end)
    while (event.next()) {
      if (event.tag === tags.EVENT_NAME) this.attributes.addString(this.#eventName, bytes, event.start, event.end)
      else if (event.tag === tags.EVENT_ATTRIBUTES)
        this.attributes.addKeyValue(bytes, event.start, event.end, '@event:')
    }
  }

  #scanLink(bytes: Uint8Array, start: number, end: number): void {
    const link = this.#inner
    link.open(bytes, start, end)
    while (link.next()) {
      if (link.tag === tags.LINK_TRACE_ID) this.#addHex(this.#linkTraceId, bytes, link.start, link.end)
      else if (link.tag === tags.LINK_SPAN_ID) this.#addHex(this.#linkSpanId, bytes, link.start, link.end)
      else if (link.tag === tags.LINK_ATTRIBUTES) this.attributes.addKeyValue(bytes, link.start, link.end, '@link:')
    }
  }

  #scanStatus(bytes: Uint8Array, start: number, end: number): void {
    const status = this.#inner
    status.open(bytes, start, end)
    while (status.next())
      if (status.tag === tags.STATUS_MESSAGE && status.end > status.start)
        this.attributes.addString(this.#statusMessage, bytes, status.start, status.end)
  }

  #addHex(key: number, bytes: Uint8Array, start: number, end: number): void {
    const hex = Buffer.from(Buffer.from(bytes.subarray(start, end)).toString('hex'))
    this.attributes.addString(key, hex, 0, hex.length)
  }
}

/** Where the message goes on when it begins with trace id and span id as the columns have them, else its start. */
function idsEnd(bytes: Uint8Array, start: number, end: number, rows: SpanRows, row: number): number {
  const isUsual =
    end - start >= 28 &&
    bytes[start] === tags.SPAN_TRACE_ID &&
    bytes[start + 1] === 16 &&
    bytes[start + 18] === tags.SPAN_ID &&
    bytes[start + 19] === 8 &&
    isId(bytes, start + 2, rows.traceHigh, row) &&
    isId(bytes, start + 10, rows.traceLow, row) &&
    isId(bytes, start + 20, rows.spanId, row)
  return isUsual ? start + 28 : start
}

/** Whether eight big-endian bytes are the number in the row's words. */
function isId(bytes: Uint8Array, at: number, words: Uint32Array, row: number): boolean {
  const high = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  const low = ((bytes[at + 4]! << 24) | (bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!) >>> 0
  return high === words[2 * row + 1] && low === words[2 * row]
}

/** The same for eight little-endian bytes. */
function isTime(bytes: Uint8Array, at: number, words: Uint32Array, row: number): boolean {
  const low = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  const high = (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24)) >>> 0
  return high === words[2 * row + 1] && low === words[2 * row]
}

function afterVarint(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at++]! >= 0x80);
  return at
}

/** The varint at `start`, of at most four bytes. */
function lengthBefore(bytes: Uint8Array, start: number): number {
  let at = start
  let length = bytes[at]! & 0x7f
  for (let shift = 7; bytes[at]! >= 0x80 && shift < 28; shift += 7) length |= (bytes[++at]! & 0x7f) << shift
  return length
}
