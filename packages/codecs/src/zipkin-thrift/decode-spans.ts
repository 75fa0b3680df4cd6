// Zipkin v1 as thrift, a list of spans in the binary protocol (zipkinCore.thrift of openzipkin/zipkin-api), into a batch.
// Agents of Jaeger receive the same list as an argument: `readZipkinThriftSpans` reads it from either protocol.
import type { SpanBatch } from '@clew/model'
import type { Decoded } from '../codec.ts'
import { BinaryThriftReader } from '../wire/thrift-binary-reader.ts'
import { THRIFT, type ThriftReader } from '../wire/thrift-reader.ts'
import type { ZipkinDecodeOptions } from '../zipkin-model/decode-options.ts'
import { clearRepeatedParent } from '../zipkin-model/span-scratch.ts'
import { ZipkinSpanWriter } from '../zipkin-model/span-writer.ts'
import { isNegative } from '../zipkin-model/times.ts'
import { V1Span } from '../zipkin-model/v1-span.ts'
import { writeV1Span } from '../zipkin-model/v1-to-v2.ts'
import { SPAN } from './fields.ts'
import { readAnnotation, readBinaryAnnotation } from './read-annotations.ts'

const FORMAT = 'zipkin thrift'

/** Throws DecodeError when the body is no such list. What follows the list is not looked at, as in Zipkin. */
export function decodeZipkinThrift(body: Uint8Array, options: ZipkinDecodeOptions = {}): Decoded<SpanBatch> {
  return readZipkinThriftSpans(new BinaryThriftReader(FORMAT, body), options)
}

/** The list of spans at the reader's position. */
export function readZipkinThriftSpans(reader: ThriftReader, options: ZipkinDecodeOptions = {}): Decoded<SpanBatch> {
  const writer = new ZipkinSpanWriter(reader.end - reader.position, options)
  const span = new V1Span(options.reserve)
  for (let left = reader.openList(THRIFT.struct); left > 0; left--) {
    span.clear()
    readSpan(reader, span)
    clearRepeatedParent(span.head)
    writeV1Span(span, writer)
  }
  return writer.finish()
}

function readSpan(reader: ThriftReader, span: V1Span): void {
  const { head } = span
  reader.openStruct()
  while (reader.nextField()) {
    switch (reader.field) {
      case SPAN.trace_id:
        readI64(reader, head.traceId, 8)
        break
      case SPAN.trace_id_high:
        readI64(reader, head.traceId, 0)
        break
      case SPAN.id:
        readI64(reader, head.spanId, 0)
        break
      case SPAN.parent_id:
        readI64(reader, head.parentSpanId, 0)
        break
      case SPAN.name:
        reader.expect(THRIFT.string)
        reader.binary()
        head.name.set(reader.bytes, reader.valueStart, reader.valueEnd)
        break
      case SPAN.timestamp:
        reader.expect(THRIFT.i64)
        reader.i64()
        head.timestampLow = isNegative(reader.high) ? 0 : reader.low
        head.timestampHigh = isNegative(reader.high) ? 0 : reader.high
        break
      case SPAN.duration:
        reader.expect(THRIFT.i64)
        reader.i64()
        head.hasDuration = !isNegative(reader.high)
        head.durationLow = reader.low
        head.durationHigh = reader.high
        break
      case SPAN.annotations:
        reader.expect(THRIFT.list)
        for (let left = reader.openList(THRIFT.struct); left > 0; left--) span.addAnnotation(readAnnotation(reader))
        break
      case SPAN.binary_annotations:
        reader.expect(THRIFT.list)
        for (let left = reader.openList(THRIFT.struct); left > 0; left--) readBinaryAnnotation(reader, span)
        break
      case SPAN.debug:
        reader.expect(THRIFT.bool)
        head.debug = reader.bool()
        break
      default:
        reader.skip()
    }
  }
}

/** Eight bytes of an id, most significant first. */
function readI64(reader: ThriftReader, target: Uint8Array, offset: number): void {
  reader.expect(THRIFT.i64)
  reader.i64()
  for (let i = 0; i < 4; i++) {
    target[offset + i] = reader.high >>> (24 - 8 * i)
    target[offset + 4 + i] = reader.low >>> (24 - 8 * i)
  }
}
