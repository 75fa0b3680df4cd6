// The codecs alone: how long one request of 500 spans of about 500 bytes with 10 attributes takes; per span it is 1/500.
// `npx vitest bench --run bench/codecs`
import { decodeOtlpSpans, decodeSpan, encodeBatch, encodeTraces } from '@clew/codecs'
import { bench, describe } from 'vitest'
import { resources, SPANS, scope, spans } from './bench-spans.ts'

const protobuf = encodeTraces(spans, 'protobuf')
const json = encodeTraces(spans, 'json')
const { batch } = decodeOtlpSpans(protobuf, 'protobuf')

const origin = { resource: resources[0]!, scope, serviceName: 'service-0' }

function decodeAll(): void {
  for (let row = 0; row < batch.count; row++) {
    const start = batch.itemOffset[row]!
    decodeSpan(batch.bytes.subarray(start, start + batch.itemLength[row]!), origin)
  }
}

describe(`${SPANS} spans, ${Math.round(protobuf.length / SPANS)} bytes each`, () => {
  bench('scan protobuf', () => void decodeOtlpSpans(protobuf, 'protobuf'))
  bench('scan JSON', () => void decodeOtlpSpans(json, 'json'))
  bench('batch as bytes', () => void encodeBatch(batch))
  bench('decode to objects', decodeAll)
  bench('encode protobuf', () => void encodeTraces(spans, 'protobuf'))
  bench('encode JSON', () => void encodeTraces(spans, 'json'))
})
