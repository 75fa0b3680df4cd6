import { LogBatchBuilder } from '@clew/codecs'
import { type AnyValue, attributeValue, MARK } from '@clew/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchOf, CONTEXT, decodeItem, describeProcessor, resourceOf, spanOf } from '../processor-contract.ts'
import { longValues } from './long-values.ts'

const long: AnyValue = { type: 'string', value: 'x'.repeat(5_000) }

describeProcessor(longValues, () => batchOf(spanOf(), spanOf({ attributes: [{ key: 'big', value: long }] })))

test('cuts a value at the limit, counts it as dropped and tells the sender', () => {
  const attributes = [
    { key: 'big', value: long },
    { key: 'small', value: { type: 'int', value: 1n } },
  ] as const
  const batch = batchOf(spanOf({ attributes, droppedAttributesCount: 2 }))
  expect(longValues.process(batch, CONTEXT)).toEqual([
    '1 values above 1000 bytes were cut; each is counted in dropped_attributes_count',
  ])
  const span = decodeItem(batch, 0)
  expect(attributeValue(span.attributes, 'big')).toEqual({ type: 'string', value: 'x'.repeat(1_000) })
  expect(attributeValue(span.attributes, 'small')).toEqual({ type: 'int', value: 1n })
  expect(span.droppedAttributesCount).toBe(3)
  expect(batch.marks[0]).toBe(MARK.valueCut)
})

test('cuts in events, links, names and status messages too', () => {
  const attributes = [{ key: 'big', value: long }]
  const empty = { traceState: '', flags: 0, droppedAttributesCount: 0 }
  const batch = batchOf(
    spanOf({
      name: 'n'.repeat(2_000),
      events: [{ timeUnixNano: 1n, name: 'exception', attributes, droppedAttributesCount: 0 }],
      links: [{ traceId: '1'.repeat(32), spanId: '2'.repeat(16), attributes, ...empty }],
      status: { code: 'error', message: 'm'.repeat(2_000) },
    }),
  )
  longValues.process(batch, CONTEXT)
  const span = decodeItem(batch, 0)
  expect(span.name).toHaveLength(1_000)
  expect(span.status).toEqual({ code: 'error', message: 'm'.repeat(1_000) })
  expect(span.events[0]!.droppedAttributesCount).toBe(1)
  expect(span.links[0]!.droppedAttributesCount).toBe(1)
  expect(span.droppedAttributesCount).toBe(2)
  expect(batch.nameLength[0]).toBe(1_000)
})

test('never cuts a character in two', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '\0', 'é', '한', '😀'), minLength: 200, maxLength: 600 }),
      fc.integer({ min: 1, max: 200 }),
      (text, limit) => {
        const batch = batchOf(spanOf({ attributes: [{ key: 'k', value: { type: 'string', value: text } }] }))
        longValues.process(batch, { ...CONTEXT, maxValueBytes: limit })
        const kept = attributeValue(decodeItem(batch, 0).attributes, 'k')
        expect(kept?.type).toBe('string')
        if (kept?.type === 'string') expect(text.startsWith(kept.value)).toBe(true)
      },
    ),
  )
})

test('keeps the elements of a list that fit', () => {
  const values: AnyValue[] = Array.from({ length: 50 }, () => ({ type: 'string', value: 'y'.repeat(100) }))
  const batch = batchOf(spanOf({ attributes: [{ key: 'list', value: { type: 'array', values } }] }))
  longValues.process(batch, CONTEXT)
  const kept = attributeValue(decodeItem(batch, 0).attributes, 'list')
  expect(kept).toEqual({ type: 'array', values: values.slice(0, 9) })
})

test('cuts a resource once and marks all its spans', () => {
  const resource = resourceOf('shop', [{ key: 'big', value: long }])
  const batch = batchOf(spanOf({ resource }), spanOf({ resource, spanId: '0000000000000002' }))
  longValues.process(batch, CONTEXT)
  expect(batch.origins[0]!.resource.length).toBeLessThan(1_200)
  expect([...batch.marks.subarray(0, 2)]).toEqual([MARK.valueCut, MARK.valueCut])
})

test('cuts the body of a log record', () => {
  const builder = new LogBatchBuilder()
  const { resource, scope } = spanOf()
  const none = { observedTimeUnixNano: 1n, droppedAttributesCount: 0, flags: 0, traceId: '', spanId: '', eventName: '' }
  const severity = { severityNumber: 9, severityText: 'INFO' }
  builder.add({
    ...none,
    ...severity,
    timeUnixNano: 1n,
    body: long,
    attributes: [],
    resource,
    scope,
    serviceName: 'shop',
  })
  const batch = builder.build()
  expect(longValues.process(batch, CONTEXT)).toHaveLength(1)
  expect(batch.itemLength[0]).toBeLessThan(1_100)
})
