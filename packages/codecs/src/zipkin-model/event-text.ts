// Events with attributes as the value of an annotation, and links as the value of a tag, and back. A text is read as one
// only where the same text would be written again, so that no annotation or tag of anybody else is changed.
//
//   "retry":{"attempt":2}        4bf9…4736|00f0…02b7|state|{"kind":"child"}|0
import type { SpanEvent, SpanLink } from '@clew/model'
import { attributesJson, parseAttributesJson } from './value-text.ts'

/** Longer texts are left as they are, so that no sender makes reading them dear. */
const MAX_TEXT_CHARS = 65_536
const TRACE_DIGITS = 32
const SPAN_DIGITS = 16
/** Trace id, bar, span id, bar. */
const LINK_HEAD = /^[0-9a-f]{32}\|[0-9a-f]{16}\|/
const COUNT = /^\d{1,10}$/

/** What the text of an event says; its time is elsewhere. */
export type EventContent = Pick<SpanEvent, 'name' | 'attributes'>

/** As specified in zipkin.md, "Events"; an event without attributes is its name. */
export function eventText(event: EventContent): string {
  if (event.attributes.length === 0 && parseEventText(event.name) === undefined) return event.name
  return `${JSON.stringify(event.name)}:${attributesJson(event.attributes)}`
}

export function parseEventText(text: string): EventContent | undefined {
  if (!text.startsWith('"') || !text.endsWith('}') || text.length > MAX_TEXT_CHARS) return undefined
  const afterName = endOfQuoted(text)
  if (!text.startsWith(':{', afterName)) return undefined
  const name = parseString(text.slice(0, afterName))
  const attributes = name === undefined ? undefined : parseAttributesJson(text.slice(afterName + 1))
  if (name === undefined || attributes === undefined) return undefined
  // Without attributes the quotes are needed only where the name itself looks like such a text.
  if (attributes.length === 0 && parseEventText(name) === undefined) return undefined
  return { name, attributes }
}

/** As the Collector writes it (pkg/translator/zipkin/zipkinv2/from_translator.go). */
export function linkText(link: SpanLink): string {
  const { traceId, spanId, traceState, attributes, droppedAttributesCount } = link
  return `${traceId}|${spanId}|${traceState}|${attributesJson(attributes)}|${droppedAttributesCount}`
}

export function parseLinkText(text: string): SpanLink | undefined {
  if (text.length > MAX_TEXT_CHARS || !LINK_HEAD.test(text)) return undefined
  const stateStart = TRACE_DIGITS + 1 + SPAN_DIGITS + 1
  const stateEnd = text.indexOf('|{', stateStart)
  const countStart = text.lastIndexOf('|') + 1
  const count = text.slice(countStart)
  if (stateEnd < 0 || countStart <= stateEnd || !COUNT.test(count) || Number(count) > 0xffff_ffff) return undefined
  const attributes = parseAttributesJson(text.slice(stateEnd + 1, countStart - 1))
  if (attributes === undefined) return undefined
  const link = {
    traceId: text.slice(0, TRACE_DIGITS),
    spanId: text.slice(TRACE_DIGITS + 1, stateStart - 1),
    traceState: text.slice(stateStart, stateEnd),
    flags: 0,
    attributes,
    droppedAttributesCount: Number(count),
  }
  return linkText(link) === text ? link : undefined
}

/** The place after the string that the text begins with. */
function endOfQuoted(text: string): number {
  let at = 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** The text of a JSON string that JSON.stringify would write the same way. */
function parseString(quoted: string): string | undefined {
  try {
    const text: unknown = JSON.parse(quoted)
    return typeof text === 'string' && JSON.stringify(text) === quoted ? text : undefined
  } catch {
    return undefined
  }
}
