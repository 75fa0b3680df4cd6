// Spans and log records of the model into TracesData and LogsData, grouped by resource and scope.
import type { LogRecord, Resource, Scope, Span } from '@clew/model'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import type { OtlpEncoding } from './decode-spans.ts'
import { encodeLogRecord, encodeSpan } from './encode-span.ts'
import { encodeResource, encodeScope, encodeText } from './encode-value.ts'
import { EXPORT_REQUEST, RESOURCE_SPANS, SCOPE_SPANS } from './fields.ts'
import { LOGS_DATA, TRACES_DATA } from './messages.ts'
import { contentKey } from './origin-key.ts'
import { protobufToJson } from './protobuf-to-json.ts'

/** TracesData with every span, in their order within a resource and scope; both in the order of their first span. */
export function encodeTraces(spans: readonly Span[], encoding: OtlpEncoding): Uint8Array {
  const bytes = encodeGrouped(spans, encodeSpan)
  return encoding === 'protobuf' ? bytes : encodeUtf8(protobufToJson(bytes, TRACES_DATA))
}

/** LogsData, built like `encodeTraces`. */
export function encodeLogs(records: readonly LogRecord[], encoding: OtlpEncoding): Uint8Array {
  const bytes = encodeGrouped(records, encodeLogRecord)
  return encoding === 'protobuf' ? bytes : encodeUtf8(protobufToJson(bytes, LOGS_DATA))
}

interface Item {
  readonly resource: Resource
  readonly scope: Scope
}

function encodeGrouped<T extends Item>(items: readonly T[], encodeItem: (writer: ProtobufWriter, item: T) => void) {
  const writer = new ProtobufWriter(items.length * 256 + 1024)
  const byResource = groupBy(items, (item) => item.resource, encodeResource)
  for (const [resource, ofResource] of byResource) {
    // Envelopes of spans and of logs have the same field numbers.
    const openResource = writer.open(EXPORT_REQUEST.resource_spans)
    encodePart(writer, RESOURCE_SPANS.resource, resource, encodeResource)
    for (const [scope, ofScope] of groupBy(ofResource, (item) => item.scope, encodeScope)) {
      const openScope = writer.open(RESOURCE_SPANS.scope_spans)
      encodePart(writer, SCOPE_SPANS.scope, scope, encodeScope)
      for (const item of ofScope) {
        const openItem = writer.open(SCOPE_SPANS.spans)
        encodeItem(writer, item)
        writer.close(openItem)
      }
      encodeText(writer, SCOPE_SPANS.schema_url, scope.schemaUrl)
      writer.close(openScope)
    }
    encodeText(writer, RESOURCE_SPANS.schema_url, resource.schemaUrl)
    writer.close(openResource)
  }
  return writer.copy()
}

function encodePart<P>(
  writer: ProtobufWriter,
  field: number,
  part: P,
  encode: (writer: ProtobufWriter, part: P) => void,
) {
  const open = writer.open(field)
  encode(writer, part)
  writer.close(open)
}

/** Groups by what the part says, with its identity as the short way: most items share the object itself. */
function groupBy<T, P extends Resource | Scope>(
  items: readonly T[],
  partOf: (item: T) => P,
  encode: (writer: ProtobufWriter, part: P) => void,
): Map<P, T[]> {
  const first = new Map<P, P>()
  const byContent = new Map<string, P>()
  const groups = new Map<P, T[]>()
  for (const item of items) {
    const own = partOf(item)
    let part = first.get(own)
    if (part === undefined) {
      const content = contentKey(own, encode)
      part = byContent.get(content) ?? own
      byContent.set(content, part)
      first.set(own, part)
    }
    const group = groups.get(part)
    if (group === undefined) groups.set(part, [item])
    else group.push(item)
  }
  return groups
}
