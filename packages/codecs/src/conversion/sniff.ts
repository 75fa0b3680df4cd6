// What the bytes of a stream are, when nobody said. The first bytes tell how it is taken apart, the first body the format.
import { DecodeError } from '@clew/model'
import type { SpanCodec } from '../codec.ts'
import { SPAN_CODECS } from '../registry.ts'
import { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { afterSpace, CODE } from '../wire/json-tokens.ts'

export type SpanFormat = keyof typeof SPAN_CODECS

/** How a stream is taken apart: see the splitters. */
export type Family = 'json' | 'protobuf' | 'thrift'

export const FAMILY_OF: Readonly<Record<SpanFormat, Family>> = {
  'otlp-protobuf': 'protobuf',
  'otlp-json': 'json',
  'jaeger-json': 'json',
  'jaeger-proto': 'protobuf',
  'jaeger-thrift-binary': 'thrift',
  'jaeger-thrift-compact': 'thrift',
  newrelic: 'json',
  'zipkin-json-v1': 'json',
  'zipkin-json-v2': 'json',
  'zipkin-proto': 'protobuf',
  'zipkin-thrift': 'thrift',
}

export const SPAN_FORMATS = Object.keys(FAMILY_OF) as SpanFormat[]

/** So many bytes from the start are enough for `sniffFamily`. */
export const SNIFFED_BYTES = 64

/** Field 1 with a length: the first byte of each of our protobuf messages. Also a line feed. */
const FIELD_1 = 0x0a
/** A list of structs, or a field that is one, in the binary protocol of thrift; field 1, a struct, in the compact one. */
const BINARY_STRUCT = 0x0c
const COMPACT_STRUCT = 0x1c

/** Undefined when the bytes begin no document that Clew knows. */
export function sniffFamily(head: Uint8Array): Family | undefined {
  if (isText(head)) {
    const start = head[0] === 0xef ? 3 : 0
    const code = head[afterSpace(head, start, head.length)]
    if (code === CODE.openArray || code === CODE.openObject) return 'json'
  }
  if (head[0] === FIELD_1) return 'protobuf'
  return head[0] === BINARY_STRUCT || head[0] === COMPACT_STRUCT ? 'thrift' : undefined
}

/** JSON holds no control characters but white space; the lengths of ids are some, so every protobuf begins with one. */
function isText(head: Uint8Array): boolean {
  for (let i = 0; i < Math.min(head.length, SNIFFED_BYTES); i++) {
    const code = head[i]!
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return false
  }
  return true
}

/** Undefined when it is none of the formats, or says too little (an empty list). */
export function sniffFormat(family: Family, body: Uint8Array): SpanFormat | undefined {
  return family === 'json' ? sniffJson(body) : sniffBinary(family, body)
}

/** Of formats that look alike, the one that reads the most spans: ids of a wrong length tell the others. */
function sniffBinary(family: Family, body: Uint8Array): SpanFormat | undefined {
  let best: SpanFormat | undefined
  let most = 0
  for (const format of SPAN_FORMATS) {
    if (FAMILY_OF[format] !== family) continue
    const spans = countSpans(format, body)
    if (spans <= most) continue
    best = format
    most = spans
  }
  return best
}

function countSpans(format: SpanFormat, body: Uint8Array): number {
  try {
    const codec: SpanCodec = SPAN_CODECS[format]
    return codec.decodeSpans(body).batch.count
  } catch (error) {
    if (error instanceof DecodeError) return 0
    throw error
  }
}

/** Formats by what only their documents, blocks, traces or spans have. */
const DOCUMENT_KEYS: ReadonlyMap<string, SpanFormat> = new Map([
  ['resourceSpans', 'otlp-json'],
  ['data', 'jaeger-json'],
])
const ITEM_KEYS: ReadonlyMap<string, SpanFormat> = new Map([
  ['traceID', 'jaeger-json'],
  ['processes', 'jaeger-json'],
  ['common', 'newrelic'],
  ['binaryAnnotations', 'zipkin-json-v1'],
  ['localEndpoint', 'zipkin-json-v2'],
  ['remoteEndpoint', 'zipkin-json-v2'],
  ['tags', 'zipkin-json-v2'],
  ['kind', 'zipkin-json-v2'],
  ['shared', 'zipkin-json-v2'],
])

function sniffJson(body: Uint8Array): SpanFormat | undefined {
  const seen: { likely?: SpanFormat } = {}
  try {
    const reader = new JsonBytesReader('json', body)
    if (reader.kind() === 'object') return sniffDocument(reader)
    reader.openArray()
    while (reader.nextItem()) {
      const format = sniffItem(reader, seen)
      if (format !== undefined) return format
    }
  } catch (error) {
    // What is broken further on, the decoder says.
    if (!(error instanceof DecodeError)) throw error
  }
  return seen.likely
}

function sniffDocument(reader: JsonBytesReader): SpanFormat | undefined {
  reader.openObject()
  while (reader.nextKey()) {
    const format = DOCUMENT_KEYS.get(reader.key())
    if (format !== undefined) return format
    reader.skip()
  }
  return undefined
}

/** A span of Zipkin, a block of New Relic or a trace of Jaeger; `seen.likely` is what to believe when nothing settles it. */
function sniffItem(reader: JsonBytesReader, seen: { likely?: SpanFormat }): SpanFormat | undefined {
  reader.openObject()
  while (reader.nextKey()) {
    const key = reader.key()
    const format = ITEM_KEYS.get(key)
    if (format !== undefined) return format
    if (key === 'spans') seen.likely = 'newrelic'
    else if (key === 'traceId') seen.likely ??= 'zipkin-json-v2'
    if (key === 'annotations' && reader.kind() === 'array') {
      if (hasHosts(reader)) return 'zipkin-json-v1'
    } else reader.skip()
  }
  return undefined
}

/** Only in version 1 do annotations say where they were made. */
function hasHosts(reader: JsonBytesReader): boolean {
  let found = false
  reader.openArray()
  while (reader.nextItem()) {
    reader.openObject()
    while (reader.nextKey()) {
      found ||= reader.key() === 'endpoint'
      reader.skip()
    }
  }
  return found
}
