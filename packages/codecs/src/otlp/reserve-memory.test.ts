// Memory that grows with what is decoded: asked for before it is taken, and bounded by the body.
import { DecodeError, LOG_ROW_BYTES, SPAN_ROW_BYTES } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpan } from '../codec-contract.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeOtlpLogs } from './decode-logs.ts'
import { decodeOtlpSpans } from './decode-spans.ts'
import { encodeTraces } from './encode-traces.ts'
import { EXPORT_REQUEST, RESOURCE_SPANS, SCOPE_SPANS } from './fields.ts'
import { SpanBatchBuilder } from './span-batch-builder.ts'

const spans = fc.sample(anySpan, { numRuns: 30, seed: 7 })

function asked() {
  const asked = {
    bytes: 0,
    reserve(bytes: number) {
      asked.bytes += bytes
    },
  }
  return asked
}

/** A request with one resource of so many bytes, and so many scopes with one item each. */
function manyScopes(resourceBytes: number, scopes: number, item = new Uint8Array(0)): Uint8Array {
  const writer = new ProtobufWriter()
  const request = writer.open(EXPORT_REQUEST.resource_spans)
  writer.bytesField(RESOURCE_SPANS.resource, unknownField(resourceBytes))
  for (let i = 0; i < scopes; i++) {
    const scope = writer.open(RESOURCE_SPANS.scope_spans)
    writer.bytesField(SCOPE_SPANS.spans, item)
    writer.close(scope)
  }
  writer.close(request)
  return writer.copy()
}

/** A message that holds nothing anybody knows. */
function unknownField(bytes: number): Uint8Array {
  const writer = new ProtobufWriter(bytes)
  writer.bytesField(99, new Uint8Array(bytes - 8))
  return writer.copy()
}

describe('memory of decoding', () => {
  it.each(['protobuf', 'json'] as const)('is asked for before it is taken, from %s', (encoding) => {
    const body = encodeTraces(spans, encoding)
    const memory = asked()
    const { batch } = decodeOtlpSpans(body, encoding, memory.reserve)
    const own = batch.bytes.buffer === body.buffer ? 0 : batch.bytes.buffer.byteLength
    expect(memory.bytes).toBeGreaterThanOrEqual(batch.count * SPAN_ROW_BYTES + own)
    const refuse = () => {
      throw new Error('no room')
    }
    expect(() => decodeOtlpSpans(body, encoding, refuse)).toThrow('no room')
  })

  it('is asked for by the builder too, for the bytes and for the columns', () => {
    const memory = asked()
    const builder = new SpanBatchBuilder(64, memory.reserve)
    for (const span of spans) builder.add(span)
    const written = memory.bytes
    const batch = builder.build()
    expect(written).toBeGreaterThanOrEqual(batch.bytes.buffer.byteLength)
    expect(memory.bytes - written).toBeGreaterThanOrEqual(batch.count * SPAN_ROW_BYTES)
  })

  it('counts every log record, which may be empty', () => {
    const memory = asked()
    expect(decodeOtlpLogs(manyScopes(8, 50), 'protobuf', memory.reserve).batch.count).toBe(50)
    expect(memory.bytes).toBeGreaterThanOrEqual(50 * LOG_ROW_BYTES)
  })

  it('refuses a small body that asks for gigabytes: a large resource under many scopes', () => {
    const body = manyScopes(2 ** 20, 100)
    expect(body.length).toBeLessThan(1.1 * 2 ** 20)
    expect(() => decodeOtlpLogs(body, 'protobuf')).toThrow(DecodeError)
    expect(() => decodeOtlpLogs(body, 'protobuf')).toThrow('bytes of pairs of resource and scope')
    expect(decodeOtlpLogs(manyScopes(2 ** 20, 50), 'protobuf').batch.origins).toHaveLength(50)
  })
})
