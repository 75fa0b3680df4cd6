// Spans as Zipkin v1 JSON, one list.
import type { Span } from '@clew/model'
import { encodeUtf8 } from '../wire/utf8.ts'
import { endpointJson } from '../zipkin-model/endpoint-json.ts'
import { toZipkinSpan } from '../zipkin-model/to-zipkin-span.ts'
import { v1Content } from '../zipkin-model/v2-to-v1.ts'
import { isNoEndpoint, type ZipkinSpan } from '../zipkin-model/zipkin-span.ts'

export function encodeZipkinJsonV1(spans: readonly Span[]): Uint8Array {
  return encodeUtf8(`[${spans.map((span) => zipkinJsonV1(toZipkinSpan(span))).join(',')}]`)
}

/** One span object. The name is always there, as version 1 asks. */
export function zipkinJsonV1(span: ZipkinSpan): string {
  const { timestamp, duration, annotations, tags, addressKey } = v1Content(span)
  const isHostKnown = !isNoEndpoint(span.localEndpoint)
  // Annotations are read as kinds only with a host, known or not.
  const host = isHostKnown ? endpointJson(span.localEndpoint) : '{"serviceName":""}'
  const tagHost = isHostKnown ? `,"endpoint":${host}` : ''
  let json = `{"traceId":"${span.traceId}"`
  if (span.parentId !== '') json += `,"parentId":"${span.parentId}"`
  json += `,"id":"${span.id}","name":${JSON.stringify(span.name)}`
  if (timestamp !== 0n) json += `,"timestamp":${timestamp}`
  if (duration !== 0n) json += `,"duration":${duration}`
  if (annotations.length > 0) {
    const items = annotations.map((annotation) => {
      return `{"timestamp":${annotation.timestamp},"value":${JSON.stringify(annotation.value)},"endpoint":${host}}`
    })
    json += `,"annotations":[${items.join(',')}]`
  }
  const binary = tags.map(([key, value]) => `{"key":${JSON.stringify(key)},"value":${JSON.stringify(value)}${tagHost}}`)
  if (addressKey !== '')
    binary.push(`{"key":"${addressKey}","value":true,"endpoint":${endpointJson(span.remoteEndpoint)}}`)
  if (binary.length > 0) json += `,"binaryAnnotations":[${binary.join(',')}]`
  if (span.debug) json += ',"debug":true'
  return `${json}}`
}
