// Who emitted a span, found again without a string: what the span says of it is laid out as bytes, and equal bytes are the
// same origin. A request repeats few origins in many spans, so nearly all are found in a small table.
//
//   |role|length|value|role|length|value|…      role: service name, address, scope, or a tag of the resource
import type { KeyValue, Resource, Scope } from '@clew/model'
import type { SpanBatchBuilder } from '../otlp/span-batch-builder.ts'
import { viewOf } from '../wire/plain-text.ts'
import { decodeUtf8, isUtf8 } from '../wire/utf8.ts'
import { ENDPOINT_KEY, TAG_PREFIX, ZIPKIN_KEY } from './attribute-keys.ts'
import type { TagKey } from './tag-keys.ts'

export const ROLE = {
  tag: 0,
  serviceName: 1,
  ipv4: 2,
  ipv6: 3,
  scopeName: 4,
  scopeVersion: 5,
  /** The value of a tag `service.name`, which stands beside the local endpoint's. */
  serviceNameTag: 6,
} as const

const HEAD_BYTES = 5
const SLOTS = 256

interface KnownOrigin {
  readonly says: Uint8Array
  readonly view: DataView
  /** Of the resource tags, in their order. */
  readonly keys: readonly TagKey[]
  readonly origin: number
}

const NO_BYTES: Uint8Array = new Uint8Array(0)
const NOTHING: KnownOrigin = { says: NO_BYTES, view: viewOf(NO_BYTES), keys: [], origin: -1 }

export class OriginCache {
  readonly #builder: SpanBatchBuilder
  readonly #known: KnownOrigin[] = new Array(SLOTS).fill(NOTHING)
  /** The origin of the span before: while this one says the same, nothing is copied. */
  #last = NOTHING
  #isLast = true
  #says = new Uint8Array(1024)
  #length = 0
  readonly #keys: TagKey[] = []
  #keyCount = 0
  /** Where texts were last found: mostly the body. */
  #source = NO_BYTES
  #sourceView = viewOf(NO_BYTES)

  constructor(builder: SpanBatchBuilder) {
    this.#builder = builder
  }

  /** Starts over for the next span. */
  clear(): void {
    this.#length = 0
    this.#keyCount = 0
    this.#isLast = true
  }

  /** A tag of the resource. False, and it is none, where its value is no UTF-8. */
  addTag(key: TagKey, source: Uint8Array, start: number, end: number): boolean {
    // The same key is the same object, but for one that others took the place of in between.
    if (this.#isLast && this.#last.keys[this.#keyCount] !== key) this.#leaveLast()
    if (!this.add(ROLE.tag, source, start, end)) return false
    this.#keys[this.#keyCount++] = key
    return true
  }

  /** One thing that the span says of its origin. False, and it says no such thing, where the text is no UTF-8. */
  add(role: number, source: Uint8Array, start: number, end: number): boolean {
    const length = end - start
    if (this.#isLast && this.#isNextOfLast(role, source, start, end)) {
      this.#length += HEAD_BYTES + length
      return true
    }
    if (!isUtf8(source, start, end)) return false
    if (this.#isLast) this.#leaveLast()
    this.#reserve(HEAD_BYTES + length)
    const says = this.#says
    let at = this.#length
    says[at++] = role
    says[at++] = length & 0xff
    says[at++] = (length >>> 8) & 0xff
    says[at++] = (length >>> 16) & 0xff
    says[at++] = length >>> 24
    for (let i = start; i < end; i++) says[at++] = source[i]!
    this.#length = at
    return true
  }

  /** Number of the origin that was described since `clear`. */
  find(): number {
    const last = this.#last
    if (this.#isLast && last !== NOTHING && this.#length === last.says.length && this.#keyCount === last.keys.length)
      return last.origin
    if (this.#isLast) this.#leaveLast()
    const slot = slotOf(this.#says, this.#length)
    let known = this.#known[slot]!
    if (!this.#isSaidBy(known)) {
      const says = this.#says.slice(0, this.#length)
      const keys = this.#keys.slice(0, this.#keyCount)
      const { resource, scope } = describe(says, keys)
      known = { says, view: viewOf(says), keys, origin: this.#builder.origin(resource, scope) }
      this.#known[slot] = known
    }
    this.#last = known
    return known.origin
  }

  #isNextOfLast(role: number, source: Uint8Array, start: number, end: number): boolean {
    const { says, view } = this.#last
    const at = this.#length
    const length = end - start
    if (at + HEAD_BYTES + length > says.length || says[at] !== role || lengthAt(says, at) !== length) return false
    if (source !== this.#source) {
      this.#source = source
      this.#sourceView = viewOf(source)
    }
    const from = this.#sourceView
    const offset = at + HEAD_BYTES - start
    let i = start
    for (const lastWord = end - 4; i <= lastWord; i += 4)
      if (view.getInt32(offset + i, true) !== from.getInt32(i, true)) return false
    for (; i < end; i++) if (says[offset + i] !== source[i]) return false
    return true
  }

  /** From here on this span says something else than the one before. */
  #leaveLast(): void {
    const length = this.#length
    this.#isLast = false
    this.#length = 0
    this.#reserve(length)
    this.#says.set(this.#last.says.subarray(0, length))
    this.#length = length
    for (let i = 0; i < this.#keyCount; i++) this.#keys[i] = this.#last.keys[i]!
  }

  #isSaidBy(known: KnownOrigin): boolean {
    if (known === NOTHING || known.says.length !== this.#length || known.keys.length !== this.#keyCount) return false
    for (let i = 0; i < this.#keyCount; i++) if (known.keys[i] !== this.#keys[i]) return false
    for (let i = 0; i < this.#length; i++) if (known.says[i] !== this.#says[i]) return false
    return true
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#says.length) return
    const grown = new Uint8Array(Math.max(needed, this.#says.length * 2))
    grown.set(this.#says.subarray(0, this.#length))
    this.#says = grown
  }
}

/** Of every part its role, its length and some bytes of its value. */
function slotOf(says: Uint8Array, length: number): number {
  let hash = 0
  for (let at = 0; at < length; ) {
    const end = at + HEAD_BYTES + lengthAt(says, at)
    hash = (Math.imul(hash, 31) + says[at]! + end) | 0
    for (let i = end - 1; i >= at + HEAD_BYTES; i -= 4) hash = (Math.imul(hash, 31) + says[i]!) | 0
    at = end
  }
  return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SLOTS - 1)
}

function lengthAt(says: Uint8Array, at: number): number {
  return says[at + 1]! | (says[at + 2]! << 8) | (says[at + 3]! << 16) | (says[at + 4]! << 24)
}

function describe(says: Uint8Array, keys: readonly TagKey[]): { resource: Resource; scope: Scope } {
  const tags: KeyValue[] = []
  const said = new Map<number, string>()
  for (let at = 0; at < says.length; ) {
    const start = at + HEAD_BYTES
    const end = start + lengthAt(says, at)
    const text = decodeUtf8(says, start, end)
    if (says[at] === ROLE.tag) {
      const { bytes } = keys[tags.length]!
      tags.push(attribute(decodeUtf8(bytes, 0, bytes.length), text))
    } else said.set(says[at]!, text)
    at = end
  }
  const name = said.get(ROLE.scopeName) ?? ''
  const version = said.get(ROLE.scopeVersion) ?? ''
  return {
    resource: { attributes: [...endpointAttributes(said), ...tags], droppedAttributesCount: 0, schemaUrl: '' },
    scope: { name, version, attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
  }
}

function endpointAttributes(said: ReadonlyMap<number, string>): KeyValue[] {
  const attributes: KeyValue[] = []
  const service = said.get(ROLE.serviceName)
  const serviceTag = said.get(ROLE.serviceNameTag)
  if (service !== undefined) attributes.push(attribute(ENDPOINT_KEY.localService, service))
  if (serviceTag !== undefined) {
    if (service !== undefined) attributes.push(attribute(TAG_PREFIX + ENDPOINT_KEY.localService, serviceTag))
    // Without a local endpoint's name the tag is the best there is; what it was is marked.
    else attributes.push(attribute(ENDPOINT_KEY.localService, serviceTag), attribute(ZIPKIN_KEY.localService, ''))
  }
  const ipv4 = said.get(ROLE.ipv4)
  const ipv6 = said.get(ROLE.ipv6)
  const address = ipv4 ?? ipv6
  if (address !== undefined) attributes.push(attribute(ENDPOINT_KEY.localAddress, address))
  if (ipv4 !== undefined && ipv6 !== undefined) attributes.push(attribute(ZIPKIN_KEY.localIpv6, ipv6))
  return attributes
}

function attribute(key: string, value: string): KeyValue {
  return { key, value: { type: 'string', value } }
}
