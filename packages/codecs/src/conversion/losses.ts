// What a format cannot say of a span, counted while it is written, so that a conversion tells what it lost. By the tables
// "What is lost" of the formats; what only moves to another place (resource attributes among the tags) is not lost.
import type { AnyValue, Attributes, Span } from '@clew/model'
import type { DocumentFormat } from './span-document.ts'

/** How often one kind of thing is in a span. */
interface Loss {
  readonly what: string
  readonly count: (span: Span) => number
}

const flags: Loss = {
  what: 'flags',
  count: (span) => Number(span.flags !== 0) + countOf(span.links, (it) => it.flags !== 0),
}
/** The lowest bit says that the span was sampled. */
const otherFlags: Loss = {
  what: 'flags other than sampled',
  count: (span) => Number(span.flags > 1) + countOf(span.links, (it) => it.flags !== 0),
}
const links: Loss = { what: 'links', count: (span) => span.links.length }
const linkDetails: Loss = {
  what: 'attributes and trace state of links',
  count: (span) =>
    countOf(span.links, (it) => it.traceState !== '' || it.attributes.length + it.droppedAttributesCount > 0),
}
const schemaUrls: Loss = {
  what: 'schema URLs',
  count: ({ resource, scope }) => Number(resource.schemaUrl !== '') + Number(scope.schemaUrl !== ''),
}
const scopeAttributes: Loss = { what: 'attributes of the scope', count: ({ scope }) => scope.attributes.length }
const droppedCounts: Loss = {
  what: 'counts of what the sender dropped',
  count: (span) =>
    Number(span.droppedAttributesCount > 0) +
    Number(span.droppedEventsCount > 0) +
    Number(span.droppedLinksCount > 0) +
    nestedDroppedCounts(span),
}
const otherDroppedCounts: Loss = {
  what: 'counts of what the sender dropped from events, resource and scope',
  count: nestedDroppedCounts,
}
const belowMicros: Loss = { what: 'times finer than a microsecond', count: (span) => timesFinerThan(span, 1_000n) }
const belowMillis: Loss = {
  what: 'times finer than a millisecond',
  count: ({ startTimeUnixNano, events }) =>
    Number(isFiner(startTimeUnixNano, 1_000_000n)) + countOf(events, (it) => isFiner(it.timeUnixNano, 1_000_000n)),
}
const negativeDurations: Loss = {
  what: 'ends before the start',
  count: (span) => Number(span.endTimeUnixNano !== 0n && span.endTimeUnixNano < span.startTimeUnixNano),
}
const valueTypes: Loss = {
  what: 'types of attributes (all are text now)',
  count: (span) => countValues(span, (value) => value.type !== 'string'),
}
const nestedValues: Loss = {
  what: 'arrays and maps (text of their JSON now)',
  count: (span) => countValues(span, ({ type }) => type === 'array' || type === 'kvlist'),
}
const bytesValues: Loss = {
  what: 'bytes (text of their base64 now)',
  count: (span) => countValues(span, ({ type }) => type === 'bytes'),
}
const emptyValues: Loss = {
  what: 'attributes without a value',
  count: (span) => countValues(span, ({ type }) => type === 'empty'),
}
const repeatedKeys: Loss = {
  what: 'attributes whose key was there again',
  count: (span) => [span, span.resource, ...span.events].reduce((sum, part) => sum + repeated(part.attributes), 0),
}
const quietMessages: Loss = {
  what: 'status messages without an error',
  count: ({ status }) => Number(status.message !== '' && status.code !== 'error'),
}

const ZIPKIN = [
  ...[belowMicros, negativeDurations, valueTypes, repeatedKeys, quietMessages],
  ...[flags, schemaUrls, scopeAttributes, otherDroppedCounts],
]
const JAEGER = [otherFlags, linkDetails, nestedValues, emptyValues, schemaUrls]

export const LOSSES: Readonly<Record<DocumentFormat, readonly Loss[]>> = {
  'otlp-protobuf': [],
  'otlp-json': [],
  'otlp-json-lines': [],
  'zipkin-json-v2': ZIPKIN,
  'zipkin-json-v1': ZIPKIN,
  'zipkin-proto': ZIPKIN,
  'jaeger-json': [belowMicros, ...JAEGER],
  'jaeger-proto': JAEGER,
  newrelic: [
    ...[belowMillis, nestedValues, bytesValues, emptyValues, repeatedKeys],
    ...[links, flags, schemaUrls, scopeAttributes, droppedCounts],
  ],
  'chrome-trace': [
    ...[negativeDurations, bytesValues, repeatedKeys, linkDetails],
    ...[flags, schemaUrls, scopeAttributes, droppedCounts],
  ],
}

/** The sums over all spans that were written. */
export class LossCounts {
  readonly #losses: readonly Loss[]
  /** One for each loss of the format, in their order. */
  readonly counts: number[]

  constructor(losses: readonly Loss[]) {
    this.#losses = losses
    this.counts = losses.map(() => 0)
  }

  add(spans: readonly Span[]): void {
    for (const [i, loss] of this.#losses.entries()) for (const span of spans) this.counts[i]! += loss.count(span)
  }

  /** What was counted elsewhere, of the same format. */
  merge(counts: readonly number[]): void {
    for (const [i, count] of counts.entries()) this.counts[i]! += count
  }

  /** What was lost at all. */
  list(): { readonly what: string; readonly count: number }[] {
    return this.#losses.map(({ what }, i) => ({ what, count: this.counts[i]! })).filter(({ count }) => count > 0)
  }
}

function countOf<T>(items: readonly T[], isSo: (item: T) => boolean): number {
  let count = 0
  for (const item of items) if (isSo(item)) count++
  return count
}

function countValues({ attributes, resource, events }: Span, isSo: (value: AnyValue) => boolean): number {
  const isOne = ({ value }: Attributes[number]) => isSo(value)
  return events.reduce(
    (sum, event) => sum + countOf(event.attributes, isOne),
    countOf(attributes, isOne) + countOf(resource.attributes, isOne),
  )
}

function nestedDroppedCounts({ events, links: all, resource, scope }: Span): number {
  return countOf([...events, ...all, resource, scope], (it) => it.droppedAttributesCount > 0)
}

function timesFinerThan({ startTimeUnixNano: start, endTimeUnixNano: end, events }: Span, unit: bigint): number {
  return (
    Number(isFiner(start, unit)) + Number(isFiner(end, unit)) + countOf(events, (it) => isFiner(it.timeUnixNano, unit))
  )
}

function isFiner(nanos: bigint, unit: bigint): boolean {
  return nanos % unit !== 0n
}

function repeated(attributes: Attributes): number {
  return attributes.length - new Set(attributes.map(({ key }) => key)).size
}
