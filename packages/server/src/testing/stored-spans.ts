// Spans as the look-up copy holds them, for tests of what reads them without a store.
import { encodeTraces, ProtobufReader } from '@clew/codecs'
import type { Span } from '@clew/model'
import type { StoredOrigin, StoredSpan } from '../query/stored-span.ts'

const NONE = new Uint8Array(0)

export function storedSpan(span: Span): StoredSpan {
  const { traceId, spanId, serviceName, resource, scope } = span
  const origin: StoredOrigin = { serviceName, resource, scope, resourceBytes: NONE, scopeBytes: NONE }
  return { traceId, spanId, origin, marks: 0, bytes: spanMessage(encodeTraces([span], 'protobuf')) }
}

/** The one span of a request: within its third envelope, under number 2. */
function spanMessage(request: Uint8Array): Uint8Array {
  let [start, end] = [0, request.length]
  for (const field of [1, 2, 2]) {
    const reader = new ProtobufReader('test', request, start, end)
    while (reader.next() && reader.field !== field);
    start = reader.valueStart
    end = reader.valueEnd
  }
  return request.slice(start, end)
}
