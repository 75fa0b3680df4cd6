// Finds among the tags of a span those that OTLP has fields for and those that name a peer, and settles what they mean
// together. A tag that a field takes is not written as an attribute; one whose value the field cannot say is.
import type { SpanLink } from '@clew/model'
import { decodeUtf8, encodeUtf8 } from '../wire/utf8.ts'
import { LINK_PREFIX } from './attribute-keys.ts'
import { parseLinkText } from './event-text.ts'
import type { SpanScratch, Texts } from './span-scratch.ts'
import { MEANING } from './tag-keys.ts'

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
  /** Rows of tags, or -1. */
  serviceName = NONE
  peerService = NONE
  peerAddress = NONE
  peerPort = NONE
  localPort = NONE
  peerName = NONE
  scopeName = NONE
  scopeVersion = NONE
  traceState = NONE
  /** Index into STATUS_CODES. */
  statusCode = 0
  statusMessage = ''
  droppedAttributes = 0
  droppedEvents = 0
  droppedLinks = 0
  readonly links: SpanLink[] = []
  /** Rows that a field takes. */
  readonly #taken: boolean[] = []
  #isAny = false
  #error = NONE
  #code = NONE
  #droppedAttributesRow = NONE
  #droppedEventsRow = NONE
  #droppedLinksRow = NONE
  readonly #linkRows: number[] = []

  clear(): void {
    if (!this.#isAny) return
    this.#isAny = false
    this.serviceName = NONE
    this.peerService = NONE
    this.peerAddress = NONE
    this.peerPort = NONE
    this.localPort = NONE
    this.peerName = NONE
    this.scopeName = NONE
    this.scopeVersion = NONE
    this.traceState = NONE
    this.statusCode = 0
    this.statusMessage = ''
    this.droppedAttributes = 0
    this.droppedEvents = 0
    this.droppedLinks = 0
    this.links.length = 0
    this.#taken.length = 0
    this.#error = NONE
    this.#code = NONE
    this.#droppedAttributesRow = NONE
    this.#droppedEventsRow = NONE
    this.#droppedLinksRow = NONE
    this.#linkRows.length = 0
  }

  /** A tag with one of the special meanings; of several with one key the last counts, as in Zipkin. */
  found(meaning: number, row: number): void {
    this.#isAny = true
    switch (meaning) {
      case MEANING.serviceName:
        this.serviceName = row
        break
      case MEANING.peerService:
        this.peerService = row
        break
      case MEANING.peerAddress:
        this.peerAddress = row
        break
      case MEANING.peerPort:
        this.peerPort = row
        break
      case MEANING.localPort:
        this.localPort = row
        break
      case MEANING.peerName:
        this.peerName = row
        break
      case MEANING.scopeName:
        this.scopeName = row
        break
      case MEANING.scopeVersion:
        this.scopeVersion = row
        break
      case MEANING.traceState:
        this.traceState = row
        break
      case MEANING.error:
        this.#error = row
        break
      case MEANING.statusCode:
        this.#code = row
        break
      case MEANING.droppedAttributes:
        this.#droppedAttributesRow = row
        break
      case MEANING.droppedEvents:
        this.#droppedEventsRow = row
        break
      case MEANING.droppedLinks:
        this.#droppedLinksRow = row
        break
      case MEANING.link:
        if (this.#linkRows.length < MAX_LINKS) this.#linkRows.push(row)
    }
  }

  /** To be called when all tags have been seen. */
  settle({ tagKeys, tagValues }: SpanScratch): void {
    if (!this.#isAny) return
    this.scopeName = this.#takeText(tagValues, this.scopeName)
    this.scopeVersion = this.#takeText(tagValues, this.scopeVersion)
    this.traceState = this.#takeText(tagValues, this.traceState)
    if (this.serviceName !== NONE) this.#taken[this.serviceName] = true
    this.droppedAttributes = this.#takeCount(tagValues, this.#droppedAttributesRow)
    this.droppedEvents = this.#takeCount(tagValues, this.#droppedEventsRow)
    this.droppedLinks = this.#takeCount(tagValues, this.#droppedLinksRow)
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
    this.#isAny = true
    this.#taken[row] = true
  }

  isTaken(row: number): boolean {
    return this.#taken[row] === true
  }

  /** Both tags together are OpenTelemetry's way to say a failure; `error` alone is Zipkin's, and stays a tag too. */
  #settleStatus(values: Texts): void {
    const error = this.#error
    const code = this.#code
    if (code !== NONE && isText(values, code, OK)) {
      this.statusCode = STATUS_OK
      this.#taken[code] = true
      return
    }
    const saysError = code !== NONE && isText(values, code, ERROR)
    if (error === NONE && !saysError) return
    this.statusCode = STATUS_ERROR
    if (error === NONE) return
    const message = textOf(values, error)
    if (saysError) {
      this.statusMessage = message
      this.#taken[code] = true
      this.#taken[error] = true
    } else this.statusMessage = message === 'true' ? '' : message
  }

  #takeText(values: Texts, row: number): number {
    if (row === NONE || values.start[row] === values.end[row]) return NONE
    this.#taken[row] = true
    return row
  }

  #takeCount(values: Texts, row: number): number {
    if (row === NONE || values.end[row]! - values.start[row]! > MAX_COUNT_DIGITS) return 0
    const text = textOf(values, row)
    if (!COUNT.test(text) || Number(text) > MAX_COUNT) return 0
    this.#taken[row] = true
    return Number(text)
  }

  /** Links are numbered from 0 without a gap, in any order; what is not stays a tag. */
  #takeLinks(keys: Texts, values: Texts): void {
    const rows: (number | undefined)[] = []
    for (const row of this.#linkRows) {
      const number = textOf(keys, row).slice(LINK_PREFIX.length)
      if (/^(0|[1-9]\d{0,3})$/.test(number)) rows[Number(number)] = row
    }
    for (const row of rows) {
      const link = row === undefined ? undefined : parseLinkText(textOf(values, row))
      if (link === undefined) return
      this.links.push(link)
      this.#taken[row!] = true
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
