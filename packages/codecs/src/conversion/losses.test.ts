import type { Span } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpan, spansOf } from '../codec-contract.ts'
import { SPAN_CODECS } from '../registry.ts'
import { LOSSES, LossCounts } from './losses.ts'

type Written = 'zipkin-json-v2' | 'zipkin-proto' | 'jaeger-json' | 'jaeger-proto' | 'newrelic'

function lossesOf(format: keyof typeof LOSSES, spans: readonly Span[]) {
  const counts = new LossCounts(LOSSES[format])
  counts.add(spans)
  return counts.list()
}

/** What every format says of a span in its own place: not where its attributes are. */
function core({
  traceId,
  spanId,
  parentSpanId,
  name,
  kind,
  startTimeUnixNano,
  endTimeUnixNano,
  status,
  ...span
}: Span) {
  const { traceState, droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span
  return {
    ...{ traceId, spanId, parentSpanId, name, kind, startTimeUnixNano, endTimeUnixNano, status, traceState },
    ...{ droppedAttributesCount, droppedEventsCount, droppedLinksCount },
    links: span.links.map((link) => [link.traceId, link.spanId]),
    events: span.events.map((event) => [event.name, event.timeUnixNano, event.attributes.length]),
  }
}

/** Spans that lose little: times are whole, and of what formats cannot say there is at most one thing. */
const usualSpan = fc.tuple(anySpan, fc.nat({ max: 5 })).map(
  ([span, odd]): Span => ({
    ...span,
    kind: span.kind === 'unspecified' ? 'internal' : span.kind,
    startTimeUnixNano: 1_700_000_000_000_000_000n,
    endTimeUnixNano: 1_700_000_000_000_000_000n + (span.endTimeUnixNano % 1_000_000n) * 1_000_000n,
    flags: odd === 0 ? span.flags : 0,
    attributes: span.attributes.filter(({ value }) => value.type === 'string').slice(0, 1),
    droppedAttributesCount: odd === 1 ? span.droppedAttributesCount : 0,
    events: span.events.map((event) => ({
      ...event,
      timeUnixNano: 1_700_000_000_001_000_000n,
      attributes: [],
      droppedAttributesCount: 0,
    })),
    droppedEventsCount: 0,
    links: odd === 2 ? span.links : [],
    droppedLinksCount: 0,
    status: odd === 3 || span.status.code === 'error' ? span.status : { ...span.status, message: '' },
    resource: { attributes: [], droppedAttributesCount: 0, schemaUrl: odd === 4 ? 'https://example.com' : '' },
    scope: { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
  }),
)

describe('losses', () => {
  it.each(['zipkin-json-v2', 'zipkin-proto', 'jaeger-json', 'jaeger-proto', 'newrelic'] as Written[])(
    'of %s: a span of which nothing is lost comes back as it was',
    (format) => {
      const codec = SPAN_CODECS[format]
      const spans = fc.array(
        usualSpan.filter((span) => lossesOf(format, [span]).length === 0),
        { minLength: 1, maxLength: 3 },
      )
      fc.assert(
        fc.property(spans, (sent) => {
          const got = spansOf(codec.decodeSpans(codec.encodeSpans(sent)).batch)
          const byId = (a: Span, b: Span) => (a.spanId < b.spanId ? -1 : 1)
          expect(got.toSorted(byId).map(core)).toEqual(sent.toSorted(byId).map(core))
        }),
        { numRuns: 60, endOnFailure: true },
      )
    },
  )

  it('are counted by kind over all spans', () => {
    const [span] = fc.sample(usualSpan, 1)
    const link = { traceId: span!.traceId, spanId: span!.spanId, traceState: 'a', flags: 1 }
    const odd: Span = {
      ...span!,
      startTimeUnixNano: 1_700_000_000_000_000_001n,
      endTimeUnixNano: 0n,
      flags: 3,
      links: [{ ...link, attributes: [], droppedAttributesCount: 0 }],
      droppedLinksCount: 0,
      droppedEventsCount: 0,
      droppedAttributesCount: 0,
      status: { code: 'ok', message: 'fine' },
      resource: { attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
      attributes: [
        { key: 'a', value: { type: 'int', value: 1n } },
        { key: 'a', value: { type: 'array', values: [] } },
        { key: 'b', value: { type: 'bytes', value: Uint8Array.of(1) } },
      ],
      events: [],
    }
    expect(lossesOf('otlp-json', [odd, odd])).toEqual([])
    expect(lossesOf('zipkin-json-v2', [odd, odd])).toEqual([
      { what: 'times finer than a microsecond', count: 2 },
      { what: 'types of attributes (all are text now)', count: 6 },
      { what: 'attributes whose key was there again', count: 2 },
      { what: 'status messages without an error', count: 2 },
      { what: 'flags', count: 4 },
    ])
    expect(lossesOf('jaeger-proto', [odd])).toEqual([
      { what: 'flags other than sampled', count: 2 },
      { what: 'attributes and trace state of links', count: 1 },
      { what: 'arrays and maps (text of their JSON now)', count: 1 },
    ])
    expect(lossesOf('newrelic', [odd]).map(({ what }) => what)).toContain('links')
    expect(lossesOf('chrome-trace', [odd]).map(({ what }) => what)).toContain('bytes (text of their base64 now)')
  })
})
