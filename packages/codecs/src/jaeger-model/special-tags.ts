// Finds the tags that OTLP has fields for: kind, status, scope, trace state, what was dropped. Each that a field takes is
// marked as taken, so that it is not written as an attribute too; a second one of its key, and one whose value the field
// cannot say, stay attributes.
import { SPAN_KINDS, STATUS_CODES } from '@clew/model'
import { encodeUtf8 } from '../wire/utf8.ts'
import { TAG, type TagRows } from './span-scratch.ts'
import { OLD_SCOPE_KEY, TAG_KEY } from './tag-keys.ts'
import { valueText } from './write-tag.ts'

const KIND = SPAN_KINDS.map((kind) => encodeUtf8(kind))
const CODE = STATUS_CODES.map((code) => encodeUtf8(code.toUpperCase()))
const TRUE = encodeUtf8('true')
const STATUS_ERROR = 2

type SpecialTag = keyof typeof TAG_KEY | 'oldScopeName' | 'oldScopeVersion'

const SPECIAL_TAGS: readonly (readonly [SpecialTag, Uint8Array])[] = [
  ...Object.entries({ ...TAG_KEY, oldScopeName: OLD_SCOPE_KEY.name, oldScopeVersion: OLD_SCOPE_KEY.version }),
].map(([name, key]) => [name as SpecialTag, encodeUtf8(key)])

/** By the length of the key: no two special keys are equally long. */
const BY_LENGTH: (readonly [SpecialTag, Uint8Array] | undefined)[] = []
/** 1 for bytes that a special key begins with: there all but a few tags are told apart. */
const BEGINS = new Uint8Array(256)
for (const special of SPECIAL_TAGS) {
  BY_LENGTH[special[1].length] = special
  BEGINS[special[1][0]!] = 1
}

/** Row numbers, -1 for none. */
const NONE = -1

export class SpecialTags {
  /** Index into SPAN_KINDS and STATUS_CODES. */
  kind!: number
  statusCode!: number
  statusMessage!: string
  droppedAttributes!: number
  droppedEvents!: number
  droppedLinks!: number
  /** Rows of tags, or -1. */
  traceState!: number
  scopeName!: number
  scopeVersion!: number
  #oldScopeName!: number
  #oldScopeVersion!: number
  #statusTag!: number
  #isFailed!: boolean

  constructor() {
    this.#clear()
  }

  /** Looks through the tags of one span, whose keys and values are in `bytes`. */
  find(bytes: Uint8Array, tags: TagRows): void {
    this.#clear()
    for (let row = 0; row < tags.count; row++) {
      const start = tags.keyStart[row]!
      if (BEGINS[bytes[start]!] !== 1) continue
      const special = BY_LENGTH[tags.keyEnd[row]! - start]
      if (special !== undefined && isAt(bytes, start, special[1])) this.#take(special[0], bytes, tags, row)
    }
    this.#settleStatus(bytes, tags)
    if (this.scopeName === NONE) this.scopeName = this.#oldScopeName
    if (this.scopeVersion === NONE) this.scopeVersion = this.#oldScopeVersion
  }

  #clear(): void {
    this.kind = 0
    this.statusCode = 0
    this.statusMessage = ''
    this.droppedAttributes = 0
    this.droppedEvents = 0
    this.droppedLinks = 0
    this.traceState = NONE
    this.scopeName = NONE
    this.scopeVersion = NONE
    this.#oldScopeName = NONE
    this.#oldScopeVersion = NONE
    this.#statusTag = NONE
    this.#isFailed = false
  }

  #take(special: SpecialTag, bytes: Uint8Array, tags: TagRows, row: number): void {
    if (special === 'error') {
      if (isError(bytes, tags, row)) this.#takeError(tags, row)
    } else if (special === 'droppedAttributes' || special === 'droppedEvents' || special === 'droppedLinks') {
      if (this[special] === 0) this[special] = takeCount(tags, row)
    } else if (tags.type[row] === TAG.string && tags.valueEnd[row]! > tags.valueStart[row]!)
      this.#takeText(special, bytes, tags, row)
  }

  #takeText(
    special: Exclude<SpecialTag, 'error' | 'droppedAttributes' | 'droppedEvents' | 'droppedLinks'>,
    bytes: Uint8Array,
    tags: TagRows,
    row: number,
  ): void {
    switch (special) {
      case 'kind':
        if (this.kind > 0) break
        this.kind = Math.max(0, indexOfValue(bytes, tags, row, KIND))
        if (this.kind > 0) tags.type[row] = TAG.taken
        break
      case 'statusCode':
        if (this.#statusTag === NONE && indexOfValue(bytes, tags, row, CODE) > 0) this.#statusTag = row
        break
      case 'statusDescription':
        if (this.statusMessage !== '') break
        this.statusMessage = valueText(bytes, tags, row)
        tags.type[row] = TAG.taken
        break
      case 'oldScopeName':
        if (this.#oldScopeName === NONE) this.#oldScopeName = row
        break
      case 'oldScopeVersion':
        if (this.#oldScopeVersion === NONE) this.#oldScopeVersion = row
        break
      default:
        if (this[special] !== NONE) break
        this[special] = row
        tags.type[row] = TAG.taken
    }
  }

  /** Only `true` is said by the status; a text stays as it was written. */
  #takeError(tags: TagRows, row: number): void {
    if (tags.type[row] === TAG.bool && !this.#isFailed) tags.type[row] = TAG.taken
    this.#isFailed = true
  }

  /** `error` is the last word: the code is read where it is not set (as the Collector does). */
  #settleStatus(bytes: Uint8Array, tags: TagRows): void {
    const tag = this.#statusTag
    const code = tag === NONE ? 0 : indexOfValue(bytes, tags, tag, CODE)
    this.statusCode = this.#isFailed ? STATUS_ERROR : code
    if (tag !== NONE && code === this.statusCode) tags.type[tag] = TAG.taken
  }
}

/** What Jaeger's own page shows as an error: true, as a bool or as text. */
function isError(bytes: Uint8Array, tags: TagRows, row: number): boolean {
  if (tags.type[row] === TAG.bool) return tags.valueStart[row] !== 0
  return tags.type[row] === TAG.string && indexOfValue(bytes, tags, row, [TRUE]) === 0
}

/** The number of a tag that counts, which is then taken; 0 where it is none that a count can be. */
export function takeCount(tags: TagRows, row: number): number {
  if (tags.type[row] !== TAG.int64 || tags.valueEnd[row] !== 0 || tags.valueStart[row] === 0) return 0
  tags.type[row] = TAG.taken
  return tags.valueStart[row]!
}

function indexOfValue(bytes: Uint8Array, tags: TagRows, row: number, values: readonly Uint8Array[]): number {
  const start = tags.valueStart[row]!
  const length = tags.valueEnd[row]! - start
  for (let i = 0; i < values.length; i++) if (values[i]!.length === length && isAt(bytes, start, values[i]!)) return i
  return -1
}

/** Whether `text` stands at `start`; both have the same length. */
export function isAt(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false
  return true
}
