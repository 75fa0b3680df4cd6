// A span of the model as a Zipkin span: the first half of every Zipkin encoder, and the inverse of span-writer.ts.
import type { AnyValue, Span, SpanEvent, SpanKind } from '@clew/model'
import { LINK_PREFIX, TAG_KEY, ZIPKIN_KEY } from './attribute-keys.ts'
import { eventText, linkText } from './event-text.ts'
import { unprefixed } from './tag-keys.ts'
import { microsFromNanos } from './times.ts'
import { localEndpoint, remoteEndpoint } from './to-endpoints.ts'
import { valueText } from './value-text.ts'
import type { ZipkinAnnotation, ZipkinKind, ZipkinSpan } from './zipkin-span.ts'

const KINDS: Readonly<Record<SpanKind, ZipkinKind>> = {
  unspecified: '',
  internal: '',
  server: 'SERVER',
  client: 'CLIENT',
  producer: 'PRODUCER',
  consumer: 'CONSUMER',
}

const NO_HIGH_HALF = '0'.repeat(16)

/** Attributes of a span that are taken for something else are removed from this as they are. */
export type Attribute = Map<string, AnyValue>

export function toZipkinSpan(span: Span): ZipkinSpan {
  const resource: Attribute = new Map(span.resource.attributes.map(({ key, value }) => [key, value]))
  const own: Attribute = new Map(span.attributes.map(({ key, value }) => [key, value]))
  const kind = KINDS[span.kind]
  const local = localEndpoint(resource, own)
  const remote = remoteEndpoint(own, kind)
  const debug = takeTrue(own, ZIPKIN_KEY.debug)
  const shared = takeTrue(own, ZIPKIN_KEY.shared)
  const timestamp = takeInt(own, ZIPKIN_KEY.timestamp) ?? microsFromNanos(span.startTimeUnixNano)
  const duration = takeInt(own, ZIPKIN_KEY.duration) ?? durationOf(span)
  const tags = new Map<string, string>()
  addTags(tags, resource)
  if (span.scope.name !== '') tags.set(TAG_KEY.scopeName, span.scope.name)
  if (span.scope.version !== '') tags.set(TAG_KEY.scopeVersion, span.scope.version)
  addStatus(tags, own, span)
  addTags(tags, own)
  if (span.traceState !== '') tags.set(TAG_KEY.traceState, span.traceState)
  addCount(tags, TAG_KEY.droppedAttributes, span.droppedAttributesCount)
  addCount(tags, TAG_KEY.droppedEvents, span.droppedEventsCount)
  addCount(tags, TAG_KEY.droppedLinks, span.droppedLinksCount)
  for (const [i, link] of span.links.entries()) tags.set(LINK_PREFIX + i, linkText(link))
  const { traceId } = span
  return {
    traceId: traceId.startsWith(NO_HIGH_HALF) ? traceId.slice(NO_HIGH_HALF.length) : traceId,
    id: span.spanId,
    parentId: span.parentSpanId,
    kind,
    name: span.name,
    timestamp,
    duration,
    localEndpoint: local,
    remoteEndpoint: remote,
    annotations: span.events.map((event) => annotation(event, timestamp)),
    tags,
    debug,
    shared,
  }
}

/** Time below a microsecond is cut, but a duration is never cut to nothing (zipkin2-api.yaml, "duration"). */
function durationOf({ startTimeUnixNano: start, endTimeUnixNano: end }: Span): bigint | undefined {
  if (microsFromNanos(start) === 0n || end < start) return undefined
  const micros = microsFromNanos(end - start)
  return micros === 0n && end > start ? 1n : micros
}

/** Zipkin refuses annotations without a time, so an event without one gets the span's. */
function annotation(event: SpanEvent, spanMicros: bigint): ZipkinAnnotation {
  const huge = event.attributes.find(({ key, value }) => key === ZIPKIN_KEY.timestamp && value.type === 'int')
  const attributes = event.attributes.filter((attribute) => attribute !== huge)
  const time = event.timeUnixNano === 0n ? spanMicros : microsFromNanos(event.timeUnixNano)
  const timestamp = huge?.value.type === 'int' ? huge.value.value : time
  return { timestamp, value: eventText({ name: event.name, attributes }) }
}

function addTags(tags: Map<string, string>, attributes: Attribute): void {
  for (const [key, value] of attributes) if (unprefixed(key) === undefined) tags.set(key, valueText(value))
  for (const [key, value] of attributes) {
    const tag = unprefixed(key)
    if (tag !== undefined) tags.set(tag, valueText(value))
  }
}

/** `error` alone where it says what the status says: that is how it came. Both tags for any other failure. */
function addStatus(tags: Map<string, string>, own: Attribute, { status: { code, message } }: Span): void {
  const error = own.get(TAG_KEY.error)
  if (error?.type === 'bool' && (code === 'error' || !error.value)) own.delete(TAG_KEY.error)
  if (code === 'ok') tags.set(TAG_KEY.statusCode, 'OK')
  if (code !== 'error') return
  if (error?.type === 'string' && (error.value === message || (error.value === 'true' && message === ''))) return
  if (error === undefined && message === '' && own.get(TAG_KEY.statusCode)?.type === 'string') return
  own.delete(TAG_KEY.error)
  own.delete(TAG_KEY.statusCode)
  tags.set(TAG_KEY.statusCode, 'ERROR')
  tags.set(TAG_KEY.error, message)
}

function addCount(tags: Map<string, string>, key: string, count: number): void {
  if (count > 0) tags.set(key, String(count))
}

function takeTrue(attributes: Attribute, key: string): boolean {
  const value = attributes.get(key)
  if (value?.type !== 'bool' || !value.value) return false
  attributes.delete(key)
  return true
}

function takeInt(attributes: Attribute, key: string): bigint | undefined {
  const value = attributes.get(key)
  if (value?.type !== 'int' || value.value < 0n) return undefined
  attributes.delete(key)
  return value.value
}
