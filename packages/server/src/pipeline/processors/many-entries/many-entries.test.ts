import { MAX_ITEM_ENTRIES, ProtobufWriter, SPAN } from '@clew/codecs'
import { attributeValue, type KeyValue, MARK, type SpanBatch } from '@clew/model'
import { expect, test } from 'vitest'
import { batchOf, CONTEXT, decodeItem, describeProcessor, resourceOf, spanOf } from '../processor-contract.ts'
import { manyEntries } from './many-entries.ts'

const TOO_MANY = MAX_ITEM_ENTRIES + 1_000

/** The second of two spans has a thousand events more than it may. */
function crowded(): SpanBatch {
  const event = { timeUnixNano: 0n, name: '', attributes: [], droppedAttributesCount: 0 }
  const events = Array.from({ length: TOO_MANY }, () => event)
  return batchOf(spanOf(), spanOf({ spanId: '0000000000000002', attributes: [], events, droppedEventsCount: 2 }))
}

describeProcessor(manyEntries, crowded)

test('keeps as many as one span may have, counts the rest as dropped and tells the sender', () => {
  const batch = crowded()
  expect(manyEntries.process(batch, CONTEXT)).toEqual([
    `1000 attributes, events or links were left out, since with their elements there were more than ${MAX_ITEM_ENTRIES} ` +
      'in one place; they are counted as dropped',
  ])
  expect(decodeItem(batch, 1)).toMatchObject({ events: { length: MAX_ITEM_ENTRIES }, droppedEventsCount: 1_002 })
  expect([...batch.marks.subarray(0, 2)]).toEqual([0, MARK.valueCut])
})

test('leaves a long span with few attributes as it is', () => {
  const attributes: KeyValue[] = [{ key: 'long', value: { type: 'string', value: 'x'.repeat(3 * MAX_ITEM_ENTRIES) } }]
  const batch = batchOf(spanOf({ attributes }))
  const { bytes } = batch
  expect(manyEntries.process(batch, CONTEXT)).toEqual([])
  expect(batch.bytes).toBe(bytes)
})

test('cuts a resource once, keeps its service and marks its spans', () => {
  const many = Array.from({ length: TOO_MANY }, (): KeyValue => ({ key: '', value: { type: 'empty' } }))
  const resource = resourceOf('shop', many)
  const batch = batchOf(spanOf({ resource }), spanOf({ resource, spanId: '0000000000000002' }))
  expect(manyEntries.process(batch, CONTEXT)).toHaveLength(1)
  expect(batch.origins[0]!.service).toBe('shop')
  expect([...batch.marks.subarray(0, 2)]).toEqual([MARK.valueCut, MARK.valueCut])
})

test('takes milliseconds for a body of nothing but empty attributes', () => {
  const writer = new ProtobufWriter()
  for (let i = 0; i < 4 * MAX_ITEM_ENTRIES; i++) writer.bytesField(SPAN.attributes, new Uint8Array(0))
  const bytes = writer.copy()
  const batch = batchOf(spanOf())
  batch.bytes = bytes
  batch.itemOffset[0] = 0
  batch.itemLength[0] = bytes.length
  const started = performance.now()
  manyEntries.process(batch, CONTEXT)
  expect(performance.now() - started).toBeLessThan(1_000)
  expect(attributeValue(decodeItem(batch, 0).attributes, 'missing')).toBeUndefined()
  expect(decodeItem(batch, 0)).toMatchObject({ droppedAttributesCount: 3 * MAX_ITEM_ENTRIES })
})
