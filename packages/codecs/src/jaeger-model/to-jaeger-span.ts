// A span of the model in Jaeger's words: the first half of every Jaeger encoder. What a field of OTLP becomes stands
// before the attributes, so that it is found first when the tags are read again.
import { type Attributes, attributeValue, type KeyValue, type Span, type SpanEvent, type SpanLink } from '@clew/model'
import { JAEGER_FLAG, type JaegerLog, type JaegerReference, type JaegerSpan, type JaegerTag } from './jaeger-span.ts'
import { EVENT_KEY, KEPT_KEY, REFERENCE_KEY, REFERENCE_TYPE, TAG_KEY } from './tag-keys.ts'
import { attributeTag } from './tag-values.ts'

const KEPT_KEYS: ReadonlySet<string> = new Set(Object.values(KEPT_KEY))

export function toJaegerSpan(span: Span): JaegerSpan {
  const { attributes } = span
  const startNano = keptNano(attributes, KEPT_KEY.start) ?? span.startTimeUnixNano
  const ended = span.endTimeUnixNano === 0n ? undefined : span.endTimeUnixNano - startNano
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    operationName: span.name,
    references: referencesOf(span),
    flags: keptFlags(attributes) ?? span.flags & JAEGER_FLAG.sampled,
    startNano,
    durationNano: keptNano(attributes, KEPT_KEY.duration) ?? ended,
    tags: [...fieldTags(span), ...tagsOf(attributes), ...span.scope.attributes.map(attributeTag)],
    logs: span.events.map(logOf),
    warnings: warningsOf(attributes),
  }
}

function fieldTags({ scope, kind, status, traceState, attributes, ...span }: Span): JaegerTag[] {
  const tags: JaegerTag[] = []
  const text = (key: string, value: string) => {
    if (value !== '') tags.push({ key, type: 'string', value })
  }
  text(TAG_KEY.scopeName, scope.name)
  text(TAG_KEY.scopeVersion, scope.version)
  if (kind !== 'unspecified') text(TAG_KEY.kind, kind)
  if (status.code !== 'unset') text(TAG_KEY.statusCode, status.code.toUpperCase())
  if (status.code === 'error' && !attributes.some(saysError))
    tags.push({ key: TAG_KEY.error, type: 'bool', value: true })
  text(TAG_KEY.statusDescription, status.message)
  text(TAG_KEY.traceState, traceState)
  tags.push(
    ...countTag(TAG_KEY.droppedAttributes, span.droppedAttributesCount),
    ...countTag(TAG_KEY.droppedEvents, span.droppedEventsCount),
    ...countTag(TAG_KEY.droppedLinks, span.droppedLinksCount),
  )
  return tags
}

function tagsOf(attributes: Attributes): JaegerTag[] {
  return attributes.filter((attribute) => !isKept(attribute)).map(attributeTag)
}

function logOf(event: SpanEvent): JaegerLog {
  const name: JaegerTag[] = event.name === '' ? [] : [{ key: EVENT_KEY, type: 'string', value: event.name }]
  return {
    timestampNano: keptNano(event.attributes, KEPT_KEY.timestamp) ?? event.timeUnixNano,
    fields: [
      ...name,
      ...countTag(TAG_KEY.droppedAttributes, event.droppedAttributesCount),
      ...tagsOf(event.attributes),
    ],
  }
}

function referencesOf({ traceId, parentSpanId, links }: Span): JaegerReference[] {
  const references = links.map(referenceOf)
  const isSaid = links.some((link) => link.spanId === parentSpanId && says(link, KEPT_KEY.isParent))
  if (parentSpanId === '' || isSaid) return references
  const place = links.length === 0 ? undefined : attributeValue(links[0]!.attributes, KEPT_KEY.parentAt)
  references.splice(place?.type === 'int' ? Number(place.value) : 0, 0, {
    type: 'CHILD_OF',
    traceId,
    spanId: parentSpanId,
  })
  return references
}

function referenceOf({ traceId, spanId, attributes }: SpanLink): JaegerReference {
  const type = attributeValue(attributes, REFERENCE_KEY)
  const isChildOf = type?.type === 'string' && type.value === REFERENCE_TYPE.CHILD_OF
  return { type: isChildOf ? 'CHILD_OF' : 'FOLLOWS_FROM', traceId, spanId }
}

function warningsOf(attributes: Attributes): string[] {
  const kept = attributeValue(attributes, KEPT_KEY.warnings)
  if (kept?.type !== 'array') return []
  return kept.values.flatMap((value) => (value.type === 'string' ? [value.value] : []))
}

function keptFlags(attributes: Attributes): number | undefined {
  const flags = attributeValue(attributes, KEPT_KEY.flags)
  return flags?.type === 'int' ? Number(BigInt.asUintN(32, flags.value)) : undefined
}

function keptNano(attributes: Attributes, key: string): bigint | undefined {
  const micros = attributeValue(attributes, key)
  return micros?.type === 'int' ? micros.value * 1000n : undefined
}

/** What goes back to where it came from; under another type it is somebody else's. */
function isKept({ key, value }: KeyValue): boolean {
  if (!KEPT_KEYS.has(key)) return false
  return value.type === (key === KEPT_KEY.warnings ? 'array' : 'int')
}

function saysError({ key, value }: KeyValue): boolean {
  if (key !== TAG_KEY.error) return false
  return (value.type === 'bool' && value.value) || (value.type === 'string' && value.value === 'true')
}

function says(link: SpanLink, key: string): boolean {
  const value = attributeValue(link.attributes, key)
  return value?.type === 'bool' && value.value
}

function countTag(key: string, count: number): JaegerTag[] {
  return count === 0 ? [] : [{ key, type: 'int64', value: BigInt(count) }]
}
