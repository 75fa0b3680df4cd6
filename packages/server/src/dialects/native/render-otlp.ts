// A stored trace as OTLP `TracesData`, in pieces: protobuf from the very bytes that came (so that fields unknown to this
// program stay in; times that never came are left out), JSON printed from the same.
import {
  EXPORT_REQUEST,
  ProtobufWriter,
  protobufToJson,
  RESOURCE_SPANS,
  SCOPE_SPANS,
  TRACES_DATA,
  withoutAbsentTimes,
} from '@clew/codecs'
import type { StoredTrace } from '../../query/query-service.ts'
import type { StoredOrigin, StoredSpan } from '../../query/stored-span.ts'
import { inPieces } from '../read-trace.ts'

const JSON_START = '{"resourceSpans":['
const JSON_END = ']}'

/** Protobuf messages set one after the other are one message: each piece is a `TracesData` of its own. */
export async function* renderOtlpProtobuf(trace: StoredTrace): AsyncGenerator<Uint8Array> {
  for await (const piece of inPieces(trace.spans, (stored) => stored)) yield tracesData(piece)
}

/** Throws DecodeError within the answer when a stored span cannot be read; there is no place to say it in. */
export async function* renderOtlpJson(trace: StoredTrace): AsyncGenerator<string> {
  yield JSON_START
  let separator = ''
  for await (const piece of inPieces(trace.spans, (stored) => stored)) {
    const whole = protobufToJson(tracesData(piece), TRACES_DATA)
    yield separator + whole.slice(JSON_START.length, -JSON_END.length)
    separator = ','
  }
  yield JSON_END
}

function tracesData(spans: readonly StoredSpan[]): Uint8Array {
  const writer = new ProtobufWriter(spans.reduce((size, { bytes }) => size + bytes.length + 16, 1024))
  for (const [origin, group] of byOrigin(spans)) writeResourceSpans(writer, origin, group)
  return writer.copy()
}

function byOrigin(spans: readonly StoredSpan[]): Map<StoredOrigin, StoredSpan[]> {
  const groups = new Map<StoredOrigin, StoredSpan[]>()
  for (const span of spans) {
    const group = groups.get(span.origin)
    if (group === undefined) groups.set(span.origin, [span])
    else group.push(span)
  }
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
