// The fields of a span in Zipkin v2 JSON, found by the bytes of their keys.
import type { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { encodeUtf8 } from '../wire/utf8.ts'

export const FIELD = {
  unknown: 0,
  id: 1,
  name: 2,
  tags: 3,
  kind: 4,
  debug: 5,
  shared: 6,
  traceId: 7,
  parentId: 8,
  duration: 9,
  timestamp: 10,
  annotations: 11,
  localEndpoint: 12,
  remoteEndpoint: 13,
  /** Of version 1. */
  binaryAnnotations: 14,
} as const

/** The length of a key leaves at most three to compare with. */
const BY_LENGTH: { readonly key: Uint8Array; readonly field: number }[][] = Array.from({ length: 18 }, () => [])
for (const [name, field] of Object.entries(FIELD)) BY_LENGTH[name.length]!.push({ key: encodeUtf8(name), field })

/** Which field the key is that the reader has come to. */
export function fieldOf(reader: JsonBytesReader): number {
  const fields = BY_LENGTH[reader.keyEnd - reader.keyStart]
  if (fields === undefined) return FIELD.unknown
  for (const { key, field } of fields) if (reader.isKey(key)) return field
  return FIELD.unknown
}
