import { decodeOtlpSpans, encodeTraces, isUtf8 } from '@clew/codecs'
import { attributeValue, MARK, type Span, type SpanBatch } from '@clew/model'
import { expect, test } from 'vitest'
import { itemBytes } from '../item-bytes.ts'
import { batchOf, CONTEXT, decodeItem, describeProcessor, resourceOf, spanOf } from '../processor-contract.ts'
import { invalidUtf8 } from './invalid-utf8.ts'

/** What a sender in another language sends: `~` stands for the byte e9, which is no UTF-8 by itself. */
function sent(...spans: Span[]): SpanBatch {
  const body = encodeTraces(spans, 'protobuf').map((byte) => (byte === 0x7e ? 0xe9 : byte))
  return decodeOtlpSpans(body, 'protobuf').batch
}

describeProcessor(invalidUtf8, () => sent(spanOf({ name: 'caf~' }), spanOf()))

test('mends a name, keeps its bytes, and points to the mended one', () => {
  const batch = sent(spanOf(), spanOf({ name: 'caf~' }))
  const warnings = invalidUtf8.process(batch, CONTEXT)
  expect(warnings).toHaveLength(1)
  expect(batch.marks[1]! & MARK.invalidUtf8).toBe(MARK.invalidUtf8)
  const span = decodeItem(batch, 1)
  expect(span.name).toBe('caf\ufffd')
  expect(attributeValue(span.attributes, 'clew.original.name')).toEqual({
    type: 'bytes',
    value: Uint8Array.of(0x63, 0x61, 0x66, 0xe9),
  })
  const start = batch.nameOffset[1]!
  expect(new TextDecoder().decode(batch.bytes.subarray(start, start + batch.nameLength[1]!))).toBe('caf\ufffd')
  expect(decodeItem(batch, 0)).toEqual(decodeItem(batchOf(spanOf()), 0))
})

test('mends the strings of a resource once for all its spans', () => {
  const resource = resourceOf('sh~p', [{ key: 'host.name', value: { type: 'string', value: '~' } }])
  const batch = sent(spanOf({ resource }), spanOf({ resource, spanId: '0000000000000002' }))
  invalidUtf8.process(batch, CONTEXT)
  expect(batch.origins).toHaveLength(1)
  const origin = batch.origins[0]!
  expect(origin.service).toBe('sh\ufffdp')
  expect(new TextDecoder().decode(origin.resource)).toContain('clew.original.service.name')
  expect(itemBytes(batch, 0).length).toBeGreaterThan(0)
})

test('leaves no invalid byte in a string that a reader would see', () => {
  const batch = sent(spanOf({ attributes: [{ key: 'k~y', value: { type: 'string', value: 'v~' } }] }))
  invalidUtf8.process(batch, CONTEXT)
  for (const { key, value } of decodeItem(batch, 0).attributes) {
    const text = new TextEncoder().encode(key + (value.type === 'string' ? value.value : ''))
    expect(isUtf8(text, 0, text.length)).toBe(true)
  }
})
