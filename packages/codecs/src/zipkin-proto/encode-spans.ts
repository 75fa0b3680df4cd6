// Spans as Zipkin protobuf, one ListOfSpans.
import { bytesFromHex, type Span } from '@clew/model'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { parseIpv4, parseIpv6 } from '../zipkin-model/ip-address.ts'
import { toZipkinSpan } from '../zipkin-model/to-zipkin-span.ts'
import { isNoEndpoint, type ZipkinEndpoint, type ZipkinSpan } from '../zipkin-model/zipkin-span.ts'
import { ANNOTATION, ENDPOINT, KIND, LIST_OF_SPANS, SPAN, TAG } from './fields.ts'

export function encodeZipkinProto(spans: readonly Span[]): Uint8Array {
  const writer = new ProtobufWriter(spans.length * 512)
  for (const span of spans) writeSpan(writer, toZipkinSpan(span))
  return writer.copy()
}

/** One span as an item of the list: what is absent is left out. */
function writeSpan(writer: ProtobufWriter, span: ZipkinSpan): void {
  const open = writer.open(LIST_OF_SPANS.spans)
  writer.bytesField(SPAN.trace_id, bytesFromHex(span.traceId)!)
  if (span.parentId !== '') writer.bytesField(SPAN.parent_id, bytesFromHex(span.parentId)!)
  writer.bytesField(SPAN.id, bytesFromHex(span.id)!)
  if (span.kind !== '') writer.uint32Field(SPAN.kind, KIND[span.kind])
  if (span.name !== '') writer.stringField(SPAN.name, span.name)
  if (span.timestamp !== 0n) writer.fixed64Field(SPAN.timestamp, span.timestamp)
  if (span.duration !== undefined) writer.int64Field(SPAN.duration, span.duration)
  writeEndpoint(writer, SPAN.local_endpoint, span.localEndpoint)
  writeEndpoint(writer, SPAN.remote_endpoint, span.remoteEndpoint)
  for (const { timestamp, value } of span.annotations) {
    const openAnnotation = writer.open(SPAN.annotations)
    writer.fixed64Field(ANNOTATION.timestamp, timestamp)
    writer.stringField(ANNOTATION.value, value)
    writer.close(openAnnotation)
  }
  for (const [key, value] of span.tags) {
    const openTag = writer.open(SPAN.tags)
    writer.stringField(TAG.key, key)
    writer.stringField(TAG.value, value)
    writer.close(openTag)
  }
  if (span.debug) writer.boolField(SPAN.debug, true)
  if (span.shared) writer.boolField(SPAN.shared, true)
  writer.close(open)
}

function writeEndpoint(writer: ProtobufWriter, field: number, endpoint: ZipkinEndpoint): void {
  if (isNoEndpoint(endpoint)) return
  const open = writer.open(field)
  if (endpoint.serviceName !== '') writer.stringField(ENDPOINT.service_name, endpoint.serviceName)
  const ipv4 = parseIpv4(endpoint.ipv4)
  if (ipv4 !== undefined) writer.bytesField(ENDPOINT.ipv4, ipv4)
  const ipv6 = parseIpv6(endpoint.ipv6)
  if (ipv6 !== undefined) writer.bytesField(ENDPOINT.ipv6, ipv6)
  if (endpoint.port !== 0) writer.uint32Field(ENDPOINT.port, endpoint.port)
  writer.close(open)
}
