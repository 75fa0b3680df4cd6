// Spans to New Relic's own format, version 1: the way back of decode-spans.ts, and what the Trace API itself takes. One
// object for each resource and scope; what the format has no word for is listed in README.md.
import {
  type AnyValue,
  type Attributes,
  attributeValue,
  ID_TEXT,
  NANOS_PER_MILLI,
  type Resource,
  type Scope,
  SPAN_KINDS,
  type Span,
  type SpanKind,
  stringAttribute,
} from '@clew/model'
import { encodeResource, encodeScope } from '../otlp/encode-value.ts'
import { contentKey } from '../otlp/origin-key.ts'
import { encodeBase64 } from '../wire/base64.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import { jsonObject, jsonText } from './json-text.ts'
import { KEY, ROLE, roleOf } from './keys.ts'
import { millisText } from './number-text.ts'

const ID_KEYS = new Set<string>(Object.values(ID_TEXT))

export function encodeNewRelicSpans(spans: readonly Span[]): Uint8Array {
  const blocks = groupByOrigin(spans).map((group) => encodeBlock(group))
  return encodeUtf8(`[${blocks.join(',')}]`)
}

function groupByOrigin(spans: readonly Span[]): Span[][] {
  const groups = new Map<string, Span[]>()
  const keys = new Map<Resource | Scope, string>()
  const keyOf = <P extends Resource | Scope>(part: P, encode: Parameters<typeof contentKey<P>>[1]): string => {
    const known = keys.get(part)
    if (known !== undefined) return known
    const key = contentKey(part, encode)
    keys.set(part, key)
    return key
  }
  for (const span of spans) {
    const key = `${keyOf(span.resource, encodeResource)}\n${keyOf(span.scope, encodeScope)}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [span])
    else group.push(span)
  }
  return [...groups.values()]
}

function encodeBlock(spans: readonly Span[]): string {
  const { resource, scope } = spans[0]!
  // What would mean something of each span is not of the resource.
  const common = attributeEntries(
    resource.attributes.filter(({ key }) => roleOf(key) === ROLE.plain || roleOf(key) === ROLE.resource),
  )
  if (scope.name !== '') common.push([KEY.scopeName, jsonText(scope.name)])
  if (scope.version !== '') common.push([KEY.scopeVersion, jsonText(scope.version)])
  const list = spans.map(encodeSpan).join(',')
  if (common.length === 0) return `{"spans":[${list}]}`
  return `{"common":{"attributes":${jsonObject(common)}},"spans":[${list}]}`
}

function encodeSpan(span: Span): string {
  const { attributes, startTimeUnixNano: start } = span
  const entries: [string, string][] = [
    ['id', jsonText(stringAttribute(attributes, ID_TEXT.span) ?? span.spanId)],
    ['trace.id', jsonText(stringAttribute(attributes, ID_TEXT.trace) ?? shortTraceId(span.traceId))],
  ]
  // The format counts whole milliseconds.
  if (start !== 0n) entries.push(['timestamp', String(start / NANOS_PER_MILLI)])
  entries.push(['attributes', jsonObject(spanAttributes(span))])
  if (span.events.length > 0) entries.push(['events', `[${span.events.map(encodeEvent).join(',')}]`])
  return jsonObject(entries)
}

/** Attributes, and what OTLP keeps in fields of its own. */
function spanAttributes(span: Span): [string, string][] {
  const { attributes, startTimeUnixNano: start, endTimeUnixNano: end, kind, status } = span
  const implied = impliedStatus(attributes)
  const entries = new Map(attributeEntries(attributes.filter(({ key }) => !ID_KEYS.has(key))))
  if (span.name !== '') add(KEY.name, jsonText(span.name))
  const parent = stringAttribute(attributes, ID_TEXT.parentSpan) ?? span.parentSpanId
  if (parent !== '') add(KEY.parentId, jsonText(parent))
  if (end !== 0n) add(KEY.durationMs, millisText(end - start))
  if (kind !== 'unspecified') add(KEY.kind, jsonText(kind))
  if (span.traceState !== '') add(KEY.traceState, jsonText(span.traceState))
  if (status.code === 'ok') add(KEY.statusCode, '"OK"')
  if (status.code === 'error' && implied === undefined) {
    add(KEY.statusCode, '"ERROR"')
    // By its `error.` attributes New Relic knows that a span failed.
    if (status.message === '') add(KEY.error, 'true')
    else add(KEY.errorMessage, jsonText(status.message))
  }
  if (status.message !== (implied?.message ?? '')) add(KEY.statusDescription, jsonText(status.message))
  return [...entries]

  /** An attribute of the same key that decoding leaves beside the field says more than it, and stays. */
  function add(key: string, json: string): void {
    const own = attributeValue(attributes, key)
    if (own === undefined || isField(key, own, implied !== undefined)) entries.set(key, json)
  }
}

/** Whether decoding makes the field of it and nothing else, as span-writer.ts does. */
function isField(key: string, value: AnyValue, isFailed: boolean): boolean {
  if (key === KEY.durationMs) return value.type === 'int' || value.type === 'double'
  if (value.type !== 'string') return false
  if (key === KEY.kind) return SPAN_KINDS.includes(value.value as SpanKind)
  if (key === KEY.statusCode) return !isFailed && (value.value === 'OK' || value.value === 'ERROR')
  return key !== KEY.statusDescription || !isFailed
}

/** What decoding makes of the error attributes; undefined where none says that the span failed. */
function impliedStatus(attributes: Attributes): { readonly message: string } | undefined {
  const errors = attributes.filter(
    ({ key, value }) => (key === KEY.error ? isTrueOrText(value) : key.startsWith('error.')) && value.type !== 'empty',
  )
  if (errors.length === 0) return undefined
  const text = stringAttribute(errors, KEY.error)
  return { message: stringAttribute(errors, KEY.errorMessage) ?? (text === 'true' ? '' : (text ?? '')) }
}

function isTrueOrText(value: AnyValue): boolean {
  if (value.type === 'bool') return value.value
  return value.type === 'string' && value.value !== '' && value.value !== 'false'
}

function encodeEvent({ name, timeUnixNano: time, attributes }: Span['events'][number]): string {
  const entries: [string, string][] = [['name', jsonText(name)]]
  if (time !== 0n) entries.push(['timestamp', String(time / NANOS_PER_MILLI)])
  if (attributes.length > 0) entries.push(['attributes', jsonObject(attributeEntries(attributes))])
  return jsonObject(entries)
}

/** The last of each key; without those whose value is empty. */
function attributeEntries(attributes: Attributes): [string, string][] {
  const last = new Map(attributes.map(({ key, value }) => [key, encodeValue(value)]))
  return [...last].filter((entry): entry is [string, string] => entry[1] !== undefined)
}

/** The format has strings, numbers and booleans; anything else is a string of its JSON, bytes of their base64. */
function encodeValue(value: AnyValue): string | undefined {
  switch (value.type) {
    case 'empty':
      return undefined
    case 'string':
      return jsonText(value.value)
    case 'bool':
    case 'int':
      return String(value.value)
    case 'double':
      return doubleText(value.value)
    case 'bytes':
      return jsonText(encodeBase64(value.value))
    default:
      return jsonText(nestedText(value))
  }
}

/** A whole double gets a fraction, so that it is read as a double again; JSON has no word for NaN and infinities. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return jsonText(String(value))
  if (Object.is(value, -0)) return '-0.0'
  const text = String(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}

function nestedText(value: AnyValue): string {
  if (value.type === 'array') return `[${value.values.map(nestedText).join(',')}]`
  if (value.type === 'kvlist') return jsonObject(value.values.map((entry) => [entry.key, nestedText(entry.value)]))
  return encodeValue(value) ?? 'null'
}

/** A trace id that was 64 bits long is so again. */
function shortTraceId(traceId: string): string {
  return traceId.startsWith('0000000000000000') ? traceId.slice(16) : traceId
}
