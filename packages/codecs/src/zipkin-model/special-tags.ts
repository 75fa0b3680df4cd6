// Finds among the tags of a span those that OTLP has fields for and those that name a peer, and settles what they mean
// together. A tag that a field takes is not written as an attribute; one whose value the field cannot say is.
import type { SpanLink } from '@clew/model'
import { decodeUtf8, encodeUtf8 } from '../wire/utf8.ts'
import { LINK_PREFIX } from './attribute-keys.ts'
import { parseLinkText } from './event-text.ts'
import type { SpanScratch, Texts } from './span-scratch.ts'
import { MEANING, MEANINGS, type TagKeys } from './tag-keys.ts'

const OK = encodeUtf8('OK')
const ERROR = encodeUtf8('ERROR')
const STATUS_OK = 1
const STATUS_ERROR = 2
const MAX_COUNT = 0xffff_ffff
const MAX_COUNT_DIGITS = 10
const COUNT = /^[1-9]\d*$/
/** More tags of this kind stay tags. */
const MAX_LINKS = 1024

const NONE = -1

export class SpecialTags {
  /** Index into STATUS_CODES. */
  statusCode = 0
  statusMessage = ''
  droppedAttributes = 0
  droppedEvents = 0
  droppedLinks = 0
  readonly links: SpanLink[] = []
  /** The row of the tag with a meaning, or -1. */
  readonly #rows = new Int32Array(MEANINGS).fill(NONE)
  readonly #linkRows: number[] = []
  #isAny = false
  /** Rows that a field takes have the number of the span here. */
  readonly #takenBy: number[] = []
  #span = 0

  clear(): void {
    this.#span++
    if (!this.#isAny) return
    this.#isAny = false
    this.#rows.fill(NONE)
    this.statusCode = 0
    this.statusMessage = ''
    this.droppedAttributes = 0
    this.droppedEvents = 0
    this.droppedLinks = 0
    if (this.links.length > 0) this.links.length = 0
    if (this.#linkRows.length > 0) this.#linkRows.length = 0
  }

  /** A tag with one of the special meanings; of several with one key the last counts, as in Zipkin. */
  found(meaning: number, row: number): void {
    this.#isAny = true
    this.#rows[meaning] = row
    if (meaning === MEANING.link && this.#linkRows.length < MAX_LINKS) this.#linkRows.push(row)
  }

  /** The row of the tag with this meaning that no field takes, or of a field that is to be read from it; else -1. */
  row(meaning: number): number {
    return this.#rows[meaning]!
  }

  /** To be called when all tags have been seen. */
  settle({ tagKeys, tagValues }: SpanScratch): void {
    if (!this.#isAny) return
    this.#takeText(tagValues, MEANING.scopeName)
    this.#takeText(tagValues, MEANING.scopeVersion)
    this.#takeText(tagValues, MEANING.traceState)
    const serviceName = this.row(MEANING.serviceName)
    if (serviceName !== NONE) this.take(serviceName)
    this.droppedAttributes = this.#takeCount(tagValues, MEANING.droppedAttributes)
    this.droppedEvents = this.#takeCount(tagValues, MEANING.droppedEvents)
    this.droppedLinks = this.#takeCount(tagValues, MEANING.droppedLinks)
    this.#settleStatus(tagValues)
    if (this.#linkRows.length > 0) this.#takeLinks(tagKeys, tagValues)
  }

  /** Says that the span failed. */
  fail(message: string): void {
    this.#isAny = true
    this.statusCode = STATUS_ERROR
    this.statusMessage = message
  }

  /** A field, or the resource, says what this tag says. */
  take(row: number): void {
    this.#takenBy[row] = this.#span
  }

  isTaken(row: number): boolean {
    return this.#takenBy[row] === this.#span
  }

  /** Both tags together are OpenTelemetry's way to say a failure; `error` alone is Zipkin's, and stays a tag too. */
  #settleStatus(values: Texts): void {
    const error = this.row(MEANING.error)
    const code = this.row(MEANING.statusCode)
    if (code !== NONE && isText(values, code, OK)) {
      this.statusCode = STATUS_OK
      this.take(code)
      return
    }
    const saysError = code !== NONE && isText(values, code, ERROR)
    if (error === NONE && !saysError) return
    this.statusCode = STATUS_ERROR
    if (error === NONE) return
    const message = textOf(values, error)
    if (saysError) {
      this.statusMessage = message
      this.take(code)
      this.take(error)
    } else this.statusMessage = message === 'true' ? '' : message
  }

  /** An empty text says nothing in a field: such a tag stays one. */
  #takeText(values: Texts, meaning: number): void {
    const row = this.row(meaning)
    if (row === NONE) return
    if (values.start[row] === values.end[row]) this.#rows[meaning] = NONE
    else this.take(row)
  }

  #takeCount(values: Texts, meaning: number): number {
    const row = this.row(meaning)
    if (row === NONE || values.end[row]! - values.start[row]! > MAX_COUNT_DIGITS) return 0
    const text = textOf(values, row)
    if (!COUNT.test(text) || Number(text) > MAX_COUNT) return 0
    this.take(row)
    return Number(text)
  }

  /** Links are numbered from 0 without a gap, in any order; what is not stays a tag. */
  #takeLinks(keys: TagKeys, values: Texts): void {
    const rows: (number | undefined)[] = []
    for (const row of this.#linkRows) {
      const { bytes } = keys.items[row]!
      const number = decodeUtf8(bytes, LINK_PREFIX.length, bytes.length)
      if (/^(0|[1-9]\d{0,3})$/.test(number)) rows[Number(number)] = row
    }
    for (const row of rows) {
      const link = row === undefined ? undefined : parseLinkText(textOf(values, row))
      if (link === undefined) return
      this.links.push(link)
      this.take(row!)
    }
  }
}

function isText({ bytes, start, end }: Texts, row: number, text: Uint8Array): boolean {
  const from = start[row]!
  if (end[row]! - from !== text.length) return false
  const source = bytes[row]!
  for (let i = 0; i < text.length; i++) if (source[from + i] !== text[i]) return false
  return true
}

function textOf({ bytes, start, end }: Texts, row: number): string {
  return decodeUtf8(bytes[row]!, start[row]!, end[row]!)
}
