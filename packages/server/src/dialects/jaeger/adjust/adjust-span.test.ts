import type { Span } from '@clew/model'
import { expect, it } from 'vitest'
import { attributesOf, exampleSpan } from '../../../testing/example-spans.ts'
import { SpanAdjuster } from './adjust-span.ts'

const adjust = (changes: Partial<Span>, warnings: readonly string[] = [], shiftNanos = 0n) => {
  const span = exampleSpan(changes)
  const { spanId, parentSpanId } = span
  return new SpanAdjuster().adjust(span, { spanId, parentSpanId, shiftNanos, warnings })
}
const resourceOf = (values: Parameters<typeof attributesOf>[0]) => ({
  attributes: attributesOf(values),
  droppedAttributesCount: 0,
  schemaUrl: '',
})
const LINK = { spanId: '00000000000000c1', traceState: '', flags: 0, attributes: [], droppedAttributesCount: 0 }

it('sorts attributes by key and events by name, those of one key or name in the order they came', () => {
  const event = (name: string, timeUnixNano: bigint) => ({
    ...{ name, timeUnixNano, attributes: attributesOf({ z: 1n, a: 1n }), droppedAttributesCount: 0 },
  })
  const { attributes, events, resource } = adjust({
    attributes: [...attributesOf({ b: 2n, a: 1n }), ...attributesOf({ b: 1n })],
    events: [event('y', 1n), event('x', 2n), event('y', 0n)],
    resource: resourceOf({ zone: 'b', 'service.name': 'shop' }),
  })
  expect(attributes).toEqual([...attributesOf({ a: 1n, b: 2n }), ...attributesOf({ b: 1n })])
  expect(events.map(({ name, timeUnixNano }) => [name, timeUnixNano])).toEqual([
    ['x', 2n],
    ['y', 1n],
    ['y', 0n],
  ])
  expect(events[0]!.attributes).toEqual(attributesOf({ a: 1n, z: 1n }))
  expect(resource.attributes).toEqual(attributesOf({ 'service.name': 'shop', zone: 'b' }))
})

it('moves every time of a span together, but none that is not there', () => {
  const events = [{ timeUnixNano: 10n, name: 'x', attributes: [], droppedAttributesCount: 0 }]
  const moved = adjust({ startTimeUnixNano: 5n, endTimeUnixNano: 0n, events }, [], -7n)
  expect([moved.startTimeUnixNano, moved.endTimeUnixNano, moved.events[0]!.timeUnixNano]).toEqual([1n, 0n, 3n])
})

it.each([
  [167_772_161n, '10.0.0.1'],
  [-1n, '255.255.255.255'],
  [2_130_706_433, '127.0.0.1'],
  [Number.POSITIVE_INFINITY, '0.0.0.0'],
])('writes the address %s as %s', (number, text) => {
  expect(adjust({ attributes: attributesOf({ ip: number, port: number }) }).attributes).toEqual(
    attributesOf({ ip: text, port: number }),
  )
})

it('moves what describes the SDK to the resource, unless that says otherwise', () => {
  const attributes = attributesOf({ 'telemetry.sdk.language': 'go', 'telemetry.sdk.name': 'otel', own: 1n })
  const resource = resourceOf({ 'service.name': 'shop', 'telemetry.sdk.name': 'other' })
  const adjusted = adjust({ attributes, resource })
  expect(adjusted.resource.attributes).toEqual([
    ...attributesOf({ 'service.name': 'shop', 'telemetry.sdk.name': 'other' }),
    ...attributesOf({ 'telemetry.sdk.language': 'go' }),
  ])
  expect(adjusted.attributes).toEqual([
    ...attributesOf({ own: 1n, 'telemetry.sdk.name': 'otel' }),
    warned('conflicting values between Span and Resource for attribute telemetry.sdk.name'),
  ])
})

it('drops links to no trace and says so behind the warnings that came with the span', () => {
  const own = warned('came so')
  const adjusted = adjust(
    {
      attributes: [own],
      links: [
        { ...LINK, traceId: '0'.repeat(32) },
        { ...LINK, traceId: '1'.repeat(32) },
      ],
    },
    ['skewed'],
  )
  expect(adjusted.links.map(({ traceId }) => traceId)).toEqual(['1'.repeat(32)])
  expect(adjusted.attributes).toEqual([warned('came so', 'skewed', 'Invalid span link removed')])
})

it('keeps one resource for all spans that share one', () => {
  const adjuster = new SpanAdjuster()
  const change = { spanId: 'a', parentSpanId: '', shiftNanos: 0n, warnings: [] }
  const resource = resourceOf({ 'service.name': 'shop' })
  const attributes = attributesOf({ 'telemetry.sdk.name': 'otel' })
  const [a, b, c] = [attributes, attributes, []].map((own) =>
    adjuster.adjust(exampleSpan({ resource, attributes: own }), change),
  )
  expect(a!.resource).toBe(b!.resource)
  expect(a!.resource).not.toBe(c!.resource)
})

function warned(...texts: string[]) {
  const values = texts.map((value) => ({ type: 'string', value }) as const)
  return { key: 'jaeger.internal.warnings', value: { type: 'array', values } } as const
}
