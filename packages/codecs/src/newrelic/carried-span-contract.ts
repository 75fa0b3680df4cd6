// What comes back of a span that was written in New Relic's format (README.md, "What is lost"): what the tests expect of
// the codec.
import type { AnyValue, Attributes, KeyValue, Span } from '@clew/model'

const MILLI = 1_000_000n

export function carried(span: Span): Span {
  const { startTimeUnixNano: start, endTimeUnixNano: end, status } = span
  const all = carriedAttributes(span.attributes)
  // A text under `name` is the name of the span, or gives way to it; anything else under it takes its place.
  const named = all.find(({ key }) => key === 'name')?.value
  const own = named?.type === 'string' ? all.filter(({ key }) => key !== 'name') : all
  const name = named === undefined || named.type === 'string' ? span.name || (named?.value ?? '') : ''
  const shared = carriedAttributes(span.resource.attributes).filter(
    ({ key }) => key !== 'name' && !own.some((it) => it.key === key),
  )
  const text = (key: string, value: string): KeyValue => ({ key, value: { type: 'string', value } })
  const failure =
    status.message === ''
      ? [text('otel.status_code', 'ERROR'), { key: 'error', value: { type: 'bool', value: true } } as const]
      : [
          text('otel.status_code', 'ERROR'),
          text('error.message', status.message),
          text('otel.status_description', status.message),
        ]
  const newStart = start - (start % MILLI)
  const newEnd = newStart + end - start
  return {
    ...span,
    name,
    startTimeUnixNano: newStart,
    endTimeUnixNano: end === 0n || newEnd < 0n ? 0n : newEnd,
    flags: 0,
    attributes: [...shared, ...own, ...(status.code === 'error' ? failure : [])],
    droppedAttributesCount: 0,
    events: span.events.map((event) => ({
      ...event,
      timeUnixNano: event.timeUnixNano - (event.timeUnixNano % MILLI),
      attributes: carriedAttributes(event.attributes),
      droppedAttributesCount: 0,
    })),
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    resource: {
      attributes: [{ key: 'service.name', value: { type: 'string', value: 'UNKNOWN' } }],
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    scope: { ...span.scope, attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    serviceName: 'UNKNOWN',
  }
}

function carriedAttributes(attributes: Attributes): KeyValue[] {
  const last = new Map(attributes.map(({ key, value }) => [key, value]))
  return [...last].flatMap(([key, value]) => (value.type === 'empty' ? [] : [{ key, value: carriedValue(value) }]))
}

function carriedValue(value: AnyValue): AnyValue {
  if (value.type === 'array' || value.type === 'kvlist') return { type: 'string', value: jsonOf(value) }
  if (value.type === 'bytes') return { type: 'string', value: Buffer.from(value.value).toString('base64') }
  if (value.type === 'double' && !Number.isFinite(value.value)) return { type: 'string', value: String(value.value) }
  return value
}

function jsonOf(value: AnyValue): string {
  if (value.type === 'array') return `[${value.values.map(jsonOf).join()}]`
  if (value.type === 'kvlist')
    return `{${value.values.map((entry) => `${JSON.stringify(entry.key)}:${jsonOf(entry.value)}`).join()}}`
  if (value.type === 'empty') return 'null'
  const scalar = carriedValue(value)
  if (scalar.type === 'string') return JSON.stringify(scalar.value)
  if (scalar.type === 'double') {
    const text = Object.is(scalar.value, -0) ? '-0' : String(scalar.value)
    return /[.e]/.test(text) ? text : `${text}.0`
  }
  return scalar.type === 'int' || scalar.type === 'bool' ? String(scalar.value) : ''
}
