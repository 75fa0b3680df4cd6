// The adjusters of Jaeger that see one span at a time, in its order: attributes sorted, clock skew applied, addresses
// written with dots, what describes the SDK moved to the resource, links to nowhere dropped. What they say of a span goes
// where Jaeger keeps its warnings, which v1 answers take out again.
import { JAEGER_KEPT_KEY } from '@clew/codecs'
import {
  type AnyValue,
  type Attributes,
  compareUtf8,
  type KeyValue,
  MAX_UINT64,
  type Resource,
  type Scope,
  type Span,
  type SpanEvent,
} from '@clew/model'

export interface SpanChange {
  readonly spanId: string
  /** '' for a root span. */
  readonly parentSpanId: string
  readonly shiftNanos: bigint
  readonly warnings: readonly string[]
}

/** Attributes that some SDKs put on spans though they are true of the whole program (adjuster/resourceattributes.go). */
const RESOURCE_KEYS: ReadonlySet<string> = new Set([
  'telemetry.sdk.language',
  'telemetry.sdk.name',
  'telemetry.sdk.version',
  'telemetry.distro.name',
  'telemetry.distro.version',
])
const ADDRESS_KEYS: ReadonlySet<string> = new Set(['ip', 'peer.ipv4'])
const NO_TRACE = /^0*$/

/** One for the spans of one answer: what they share stays shared. */
export class SpanAdjuster {
  readonly #resources = new Map<Resource, Resource>()
  readonly #scopes = new Map<Scope, Scope>()
  /** With attributes of spans, by what was added to the adjusted one. */
  readonly #extended = new Map<Resource, Map<string, Resource>>()

  adjust(span: Span, change: SpanChange): Span {
    const warnings = [...change.warnings]
    const resource = shared(this.#resources, span.resource, adjustOrigin)
    const { kept, moved } = splitAttributes(sortedByKey(span.attributes).map(withDots), resource, warnings)
    const links = span.links.filter(({ traceId }) => !NO_TRACE.test(traceId))
    for (let i = links.length; i < span.links.length; i++) warnings.push('Invalid span link removed')
    const { shiftNanos } = change
    return {
      ...span,
      spanId: change.spanId,
      parentSpanId: change.parentSpanId,
      startTimeUnixNano: moveTime(span.startTimeUnixNano, shiftNanos),
      endTimeUnixNano: moveTime(span.endTimeUnixNano, shiftNanos),
      attributes: withWarnings(kept, warnings),
      events: adjustEvents(span.events, shiftNanos),
      links: links.map((link) => ({ ...link, attributes: sortedByKey(link.attributes) })),
      resource: moved.length === 0 ? resource : this.#extend(resource, moved),
      scope: shared(this.#scopes, span.scope, adjustOrigin),
    }
  }

  #extend(resource: Resource, added: Attributes): Resource {
    const variants = this.#extended.get(resource) ?? new Map<string, Resource>()
    this.#extended.set(resource, variants)
    const name = added.map(({ key, value }) => `${key}=${valueName(value)}`).join('\n')
    let variant = variants.get(name)
    if (variant === undefined) {
      const attributes = resource.attributes.filter(({ key }) => !added.some((entry) => entry.key === key))
      variant = { ...resource, attributes: [...attributes, ...added] }
      variants.set(name, variant)
    }
    return variant
  }
}

/** What goes to the resource, and what stays: all where the resource says otherwise. */
function splitAttributes(attributes: Attributes, resource: Resource, warnings: string[]) {
  const moved: KeyValue[] = []
  const kept = attributes.filter((attribute) => {
    if (!RESOURCE_KEYS.has(attribute.key)) return true
    const own = resource.attributes.find(({ key }) => key === attribute.key)
    if (own !== undefined && valueName(own.value) !== valueName(attribute.value)) {
      warnings.push(`conflicting values between Span and Resource for attribute ${attribute.key}`)
      return true
    }
    if (own === undefined) moved.push(attribute)
    return false
  })
  return { kept, moved }
}

function adjustOrigin<T extends Resource | Scope>(origin: T): T {
  return { ...origin, attributes: sortedByKey(origin.attributes).map(withDots) }
}

function adjustEvents(events: readonly SpanEvent[], shiftNanos: bigint): readonly SpanEvent[] {
  const adjusted = events.map((event) => ({
    ...event,
    timeUnixNano: moveTime(event.timeUnixNano, shiftNanos),
    attributes: sortedByKey(event.attributes),
  }))
  return adjusted.sort((a, b) => compareUtf8(a.name, b.name))
}

/** 0 is no time at all. */
function moveTime(time: bigint, shiftNanos: bigint): bigint {
  if (time === 0n || shiftNanos === 0n) return time
  const moved = time + shiftNanos
  return moved < 1n ? 1n : moved > MAX_UINT64 ? MAX_UINT64 : moved
}

/** An address of 32 bits that was written as a number. */
function withDots(attribute: KeyValue): KeyValue {
  const { key, value } = attribute
  if (!ADDRESS_KEYS.has(key) || (value.type !== 'int' && value.type !== 'double')) return attribute
  const address = Number(BigInt.asUintN(32, wholeNumber(value.value)))
  const text = [24, 16, 8, 0].map((bits) => (address >>> bits) & 0xff).join('.')
  return { key, value: { type: 'string', value: text } }
}

/** What is no number at all is 0. */
function wholeNumber(value: bigint | number): bigint {
  if (typeof value === 'bigint') return value
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n
}

function withWarnings(attributes: Attributes, warnings: readonly string[]): Attributes {
  if (warnings.length === 0) return attributes
  const key = JAEGER_KEPT_KEY.warnings
  const before = attributes.find((attribute) => attribute.key === key)?.value
  const values = [
    ...(before?.type === 'array' ? before.values : []),
    ...warnings.map((value): AnyValue => ({ type: 'string', value })),
  ]
  const others = attributes.filter((attribute) => attribute.key !== key || attribute.value.type !== 'array')
  return [...others, { key, value: { type: 'array', values } }]
}

/** Those of one key stay in their order. */
function sortedByKey(attributes: Attributes): Attributes {
  for (let i = 1; i < attributes.length; i++)
    if (compareUtf8(attributes[i - 1]!.key, attributes[i]!.key) > 0)
      return attributes.toSorted((a, b) => compareUtf8(a.key, b.key))
  return attributes
}

/** Equal for equal values. */
function valueName(value: AnyValue): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part))
}

function shared<T>(adjusted: Map<T, T>, origin: T, adjust: (origin: T) => T): T {
  const found = adjusted.get(origin) ?? adjust(origin)
  adjusted.set(origin, found)
  return found
}
