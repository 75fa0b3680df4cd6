// Spans as the JSON of Chrome's trace events, for Perfetto and chrome://tracing: `{"traceEvents":[…]}`. A format to look
// at, which nobody reads back. "Trace Event Format", https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
import { type AnyValue, type Attributes, type Resource, type Span, stringAttribute } from '@clew/model'
import { encodeBase64 } from '../wire/base64.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import { Lanes } from './lanes.ts'

export const CHROME_TRACE_OPEN = '{"displayTimeUnit":"ns","traceEvents":['
export const CHROME_TRACE_CLOSE = ']}\n'

export function encodeChromeTrace(spans: readonly Span[]): Uint8Array {
  return new ChromeTraceEncoder().encode(spans)
}

interface Process {
  readonly pid: number
  readonly lanes: Lanes
}

/** Writes documents whose events may be put together: processes and threads go on from one to the next. */
export class ChromeTraceEncoder {
  readonly #processes = new Map<string, Process>()
  readonly #ofResource = new WeakMap<Resource, Process>()

  encode(spans: readonly Span[]): Uint8Array {
    const events: string[] = []
    for (const span of spans.toSorted((a, b) => compare(a.startTimeUnixNano, b.startTimeUnixNano)))
      this.#addSpan(events, span)
    return encodeUtf8(`${CHROME_TRACE_OPEN}${events.join(',\n')}${CHROME_TRACE_CLOSE}`)
  }

  #addSpan(events: string[], span: Span): void {
    const { pid, lanes } = this.#processOf(span.resource, events)
    const start = span.startTimeUnixNano
    const end = span.endTimeUnixNano > start ? span.endTimeUnixNano : start
    const tid =
      lanes.place({ id: span.traceId + span.spanId, parentId: span.traceId + span.parentSpanId, start, end }) + 1
    const place = `"pid":${pid},"tid":${tid}`
    const name = JSON.stringify(span.name)
    const category = JSON.stringify(span.status.code === 'error' ? `${span.kind},error` : span.kind)
    events.push(
      `{"ph":"X","name":${name},"cat":${category},"ts":${microsText(start)},"dur":${microsText(end - start)},${place},"args":${argsOf(span)}}`,
    )
    for (const event of span.events)
      events.push(
        `{"ph":"i","s":"t","name":${JSON.stringify(event.name)},"ts":${microsText(event.timeUnixNano)},${place},"args":${objectOf(event.attributes)}}`,
      )
  }

  /** One process a resource; the first span of it brings its name and what else it says. */
  #processOf(resource: Resource, events: string[]): Process {
    const known = this.#ofResource.get(resource)
    if (known !== undefined) return known
    const content = objectOf(resource.attributes)
    let process = this.#processes.get(content)
    if (process === undefined) {
      process = { pid: this.#processes.size + 1, lanes: new Lanes() }
      this.#processes.set(content, process)
      const name = JSON.stringify(stringAttribute(resource.attributes, 'service.name') ?? '')
      const labels = resource.attributes.filter(({ key }) => key !== 'service.name').map(labelOf)
      events.push(`{"ph":"M","name":"process_name","pid":${process.pid},"args":{"name":${name}}}`)
      if (labels.length > 0)
        events.push(
          `{"ph":"M","name":"process_labels","pid":${process.pid},"args":{"labels":${JSON.stringify(labels.join(', '))}}}`,
        )
    }
    this.#ofResource.set(resource, process)
    return process
  }
}

/** What a viewer shows beside a span that is clicked on. */
function argsOf(span: Span): string {
  const { traceId, spanId, parentSpanId, traceState, status, scope, links } = span
  const entries = [`"trace_id":"${traceId}"`, `"span_id":"${spanId}"`]
  if (parentSpanId !== '') entries.push(`"parent_span_id":"${parentSpanId}"`)
  if (traceState !== '') entries.push(`"trace_state":${JSON.stringify(traceState)}`)
  if (status.code !== 'unset') entries.push(`"status":"${status.code}"`)
  if (status.message !== '') entries.push(`"status_message":${JSON.stringify(status.message)}`)
  if (scope.name !== '') entries.push(`"scope":${JSON.stringify(`${scope.name} ${scope.version}`.trimEnd())}`)
  if (links.length > 0)
    entries.push(`"links":${JSON.stringify(links.map((link) => `${link.traceId}/${link.spanId}`).join(', '))}`)
  if (span.attributes.length > 0) entries.push(`"attributes":${objectOf(span.attributes)}`)
  return `{${entries.join(',')}}`
}

/** The last of each key. */
function objectOf(attributes: Attributes): string {
  const last = new Map(attributes.map(({ key, value }) => [key, value]))
  return `{${Array.from(last, ([key, value]) => `${JSON.stringify(key)}:${valueJson(value)}`).join(',')}}`
}

function labelOf({ key, value }: Attributes[number]): string {
  return `${key}=${value.type === 'string' ? value.value : valueJson(value)}`
}

function valueJson(value: AnyValue): string {
  switch (value.type) {
    case 'empty':
      return 'null'
    case 'bool':
      return String(value.value)
    case 'string':
      return JSON.stringify(value.value)
    case 'int':
      // Viewers hold numbers as doubles.
      return Number.isSafeInteger(Number(value.value)) ? String(value.value) : `"${value.value}"`
    case 'double':
      return Number.isFinite(value.value) ? JSON.stringify(value.value) : `"${value.value}"`
    case 'bytes':
      return `"${encodeBase64(value.value)}"`
    case 'array':
      return `[${value.values.map(valueJson).join(',')}]`
    case 'kvlist':
      return objectOf(value.values)
  }
}

/** Microseconds with the nanoseconds behind the point. */
function microsText(nanos: bigint): string {
  const rest = nanos % 1000n
  return rest === 0n ? String(nanos / 1000n) : `${nanos / 1000n}.${String(rest).padStart(3, '0')}`
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
