// A stored trace as OTLP `TracesData`, in pieces: protobuf from the very bytes that came (so that fields unknown to this
// program stay in; times that never came are left out), JSON from decoded spans.
import {
  decodeSpan,
  EXPORT_REQUEST,
  encodeTraces,
  ProtobufWriter,
  RESOURCE_SPANS,
  SCOPE_SPANS,
  withoutAbsentTimes,
} from '@clew/codecs'
import type { StoredTrace } from '../../query/query-service.ts'
import type { StoredOrigin, StoredSpan } from '../../query/stored-span.ts'

/** Spans of one piece: some milliseconds of work. */
const SPANS_AT_ONCE = 100

/** Protobuf messages set one after the other are one message: each piece is a `TracesData` of its own. */
export async function* renderOtlpProtobuf(trace: StoredTrace): AsyncGenerator<Uint8Array> {
  for (const part of parts(trace.spans)) {
    const writer = new ProtobufWriter(part.reduce((size, { bytes }) => size + bytes.length + 16, 1024))
    for (const [origin, spans] of byOrigin(part)) writeResourceSpans(writer, origin, spans)
    yield writer.copy()
    await new Promise(setImmediate)
  }
}

export async function* renderOtlpJson(trace: StoredTrace): AsyncGenerator<string> {
  yield '{"resourceSpans":['
  let isFirst = true
  for (const part of parts(trace.spans)) {
    const spans = part.map((stored) => decodeSpan(withoutAbsentTimes(stored.bytes, stored.marks), stored.origin))
    const { resourceSpans } = JSON.parse(Buffer.from(encodeTraces(spans, 'json')).toString()) as {
      resourceSpans: unknown[]
    }
    const text = resourceSpans.map((group) => JSON.stringify(group)).join(',')
    yield isFirst ? text : `,${text}`
    isFirst = false
    await new Promise(setImmediate)
  }
  yield ']}'
}

function* parts(spans: readonly StoredSpan[]): Generator<readonly StoredSpan[]> {
  for (let i = 0; i < spans.length; i += SPANS_AT_ONCE) yield spans.slice(i, i + SPANS_AT_ONCE)
}

function byOrigin(spans: readonly StoredSpan[]): Map<StoredOrigin, StoredSpan[]> {
  const groups = new Map<StoredOrigin, StoredSpan[]>()
  for (const span of spans) groups.set(span.origin, [...(groups.get(span.origin) ?? []), span])
  return groups
}

function writeResourceSpans(writer: ProtobufWriter, origin: StoredOrigin, spans: readonly StoredSpan[]): void {
  const resourceSpans = writer.open(EXPORT_REQUEST.resource_spans)
  writer.bytesField(RESOURCE_SPANS.resource, origin.resourceBytes)
  const scopeSpans = writer.open(RESOURCE_SPANS.scope_spans)
  writer.bytesField(SCOPE_SPANS.scope, origin.scopeBytes)
  for (const span of spans) writer.bytesField(SCOPE_SPANS.spans, withoutAbsentTimes(span.bytes, span.marks))
  if (origin.scope.schemaUrl !== '') writer.stringField(SCOPE_SPANS.schema_url, origin.scope.schemaUrl)
  writer.close(scopeSpans)
  if (origin.resource.schemaUrl !== '') writer.stringField(RESOURCE_SPANS.schema_url, origin.resource.schemaUrl)
  writer.close(resourceSpans)
}
