// Spans as Zipkin v2 JSON, one list.
import type { Span } from '@clew/model'
import { encodeUtf8 } from '../wire/utf8.ts'
import { endpointJson } from '../zipkin-model/endpoint-json.ts'
import { toZipkinSpan } from '../zipkin-model/to-zipkin-span.ts'
import { isNoEndpoint, type ZipkinSpan } from '../zipkin-model/zipkin-span.ts'

export function encodeZipkinJsonV2(spans: readonly Span[]): Uint8Array {
  return encodeUtf8(`[${spans.map((span) => zipkinJsonV2(toZipkinSpan(span))).join(',')}]`)
}

/** One span object. What is absent is left out. Times are numbers, which may be beyond what a double holds. */
export function zipkinJsonV2(span: ZipkinSpan): string {
  let json = `{"traceId":"${span.traceId}"`
  if (span.parentId !== '') json += `,"parentId":"${span.parentId}"`
  json += `,"id":"${span.id}"`
  if (span.kind !== '') json += `,"kind":"${span.kind}"`
  if (span.name !== '') json += `,"name":${JSON.stringify(span.name)}`
  if (span.timestamp !== 0n) json += `,"timestamp":${span.timestamp}`
  if (span.duration !== undefined) json += `,"duration":${span.duration}`
  if (!isNoEndpoint(span.localEndpoint)) json += `,"localEndpoint":${endpointJson(span.localEndpoint)}`
  if (!isNoEndpoint(span.remoteEndpoint)) json += `,"remoteEndpoint":${endpointJson(span.remoteEndpoint)}`
  if (span.annotations.length > 0) {
    const items = span.annotations.map(({ timestamp, value }) => {
      return `{"timestamp":${timestamp},"value":${JSON.stringify(value)}}`
    })
    json += `,"annotations":[${items.join(',')}]`
  }
  if (span.tags.size > 0) {
    const items = Array.from(span.tags, ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
    json += `,"tags":{${items.join(',')}}`
  }
  if (span.debug) json += ',"debug":true'
  if (span.shared) json += ',"shared":true'
  return `${json}}`
}
