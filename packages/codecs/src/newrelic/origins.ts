// Who emitted a span: the resource keys among its attributes and those of `common` become an OTLP resource, made once for
// all spans that say the same.
import type { KeyValue, Resource, Scope } from '@clew/model'
import type { SpanBatchBuilder } from '../otlp/span-batch-builder.ts'
import { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import type { AttributeList } from './attribute-list.ts'
import { type CommonBlock, hashRanges } from './common-block.ts'
import { FORMAT } from './format.ts'
import { isOriginRole, KEY, NO_SERVICE } from './keys.ts'
import { readAnyValue } from './read-any-value.ts'
import { VALUE } from './value-kind.ts'

export class OriginReader {
  readonly #bytes: Uint8Array
  readonly #builder: SpanBatchBuilder
  readonly #ranges: number[] = []
  /** Bytes of the attributes of all origins that were made. */
  byteLength = 0

  constructor(bytes: Uint8Array, builder: SpanBatchBuilder) {
    this.#bytes = bytes
    this.#builder = builder
  }

  /** `hasOwn`: the span's attributes name an origin too. `serial` marks what of `common` they override. */
  read(common: CommonBlock, own: AttributeList, hasOwn: boolean, serial: number): number {
    if (!hasOwn) {
      common.origin ??= this.#make(common, own, NO_SPAN)
      return common.origin
    }
    const ranges = this.#ranges
    ranges.length = 0
    for (let i = 0; i < own.count; i++) if (isOriginRole(own.role(i))) ranges.push(own.keyStart(i), own.end(i))
    const last = common.lastOrigin(this.#bytes, ranges)
    if (last !== undefined) return last
    const hash = hashRanges(this.#bytes, ranges)
    let origin = common.knownOrigin(this.#bytes, ranges, hash)
    if (origin === undefined) {
      origin = this.#make(common, own, serial)
      common.rememberOrigin(ranges, hash, origin)
    }
    return origin
  }

  #make(common: CommonBlock, own: AttributeList, serial: number): number {
    const said = new Map<string, KeyValue>()
    for (const i of common.live) if (common.overriddenBy[i] !== serial) this.#add(said, common.attributes, i)
    if (serial !== NO_SPAN) for (let i = 0; i < own.count; i++) this.#add(said, own, i)
    const name = takeText(said, KEY.scopeName)
    const version = takeText(said, KEY.scopeVersion)
    const service = said.get(KEY.service)?.value
    if (service === undefined || (service.type === 'string' && service.value === '')) said.set(KEY.service, NOBODY)
    else if (service.type === 'int' || service.type === 'double' || service.type === 'bool')
      said.set(KEY.service, { key: KEY.service, value: { type: 'string', value: String(service.value) } })
    const resource: Resource = { attributes: [...said.values()], droppedAttributesCount: 0, schemaUrl: '' }
    const scope: Scope = { name, version, attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
    return this.#builder.origin(resource, scope)
  }

  #add(said: Map<string, KeyValue>, list: AttributeList, i: number): void {
    if (!isOriginRole(list.role(i)) || list.kind(i) === VALUE.null) return
    const key = list.keys[i]!.text
    const start = list.kind(i) === VALUE.string ? list.start(i) - 1 : list.start(i)
    const end = list.kind(i) === VALUE.string ? list.end(i) + 1 : list.end(i)
    this.byteLength += end - list.keyStart(i)
    said.set(key, { key, value: readAnyValue(new JsonBytesReader(FORMAT, this.#bytes, start, end), this.#bytes) })
  }
}

/** Takes a string out of what is said; what is no string stays. */
function takeText(said: Map<string, KeyValue>, key: string): string {
  const value = said.get(key)?.value
  if (value?.type !== 'string') return ''
  said.delete(key)
  return value.value
}

/** Serial numbers of spans count from 1, and -1 stands for attributes that no span overrides. */
const NO_SPAN = 0

const NOBODY: KeyValue = { key: KEY.service, value: { type: 'string', value: NO_SERVICE } }
