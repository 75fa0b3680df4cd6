// The formats that Zipkin's server takes, and the texts it refuses others with. An endpoint knows its format by its path
// and content type, and never guesses: what a wrong reader leaves out would be lost without a word.
import {
  type Decoded,
  decodeZipkinJsonV1,
  decodeZipkinJsonV2,
  decodeZipkinProto,
  decodeZipkinThrift,
  OtherVersionError,
  type ZipkinDecodeOptions,
} from '@clew/codecs'
import { ClewError, type SpanBatch } from '@clew/model'

type Decode = (body: Uint8Array, options: ZipkinDecodeOptions) => Decoded<SpanBatch>

/** By the names that Zipkin's own messages have for them. */
export const ZIPKIN_FORMATS = {
  JSON_V1: decodeZipkinJsonV1,
  JSON_V2: decodeZipkinJsonV2,
  PROTO3: decodeZipkinProto,
  THRIFT: decodeZipkinThrift,
} as const satisfies Readonly<Record<string, Decode>>

export type ZipkinFormat = keyof typeof ZIPKIN_FORMATS

/** Throws DECODE_FAILED with Zipkin's text where the body is another format, and with the place where it is broken. */
export function decodeZipkin(format: ZipkinFormat, body: Uint8Array, options: ZipkinDecodeOptions): Decoded<SpanBatch> {
  const looksLike = firstLook(body)
  if (looksLike !== 'JSON' && format.startsWith('JSON')) throw notThat(format, looksLike)
  if (looksLike === 'JSON' && !format.startsWith('JSON')) throw notThat(format, looksLike)
  try {
    return ZIPKIN_FORMATS[format](body, options)
  } catch (error) {
    if (error instanceof OtherVersionError) throw notThat(format, error.received, error)
    throw error
  }
}

type Look = ZipkinFormat | 'JSON' | undefined

const OPEN_LIST = 0x5b
/** Field 1, length-delimited: a span of a list in protobuf. */
const PROTO_SPAN = 0x0a
/** No type of thrift is higher; a list begins with the type of its elements. */
const HIGHEST_THRIFT_TYPE = 16

/** As Zipkin tells formats apart by their first bytes (SpanBytesDecoderDetector); white space may stand before JSON. */
function firstLook(body: Uint8Array): Look {
  const first = body.find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)
  if (first === OPEN_LIST) return 'JSON'
  if (body[0] === PROTO_SPAN && body[1] !== 0) return 'PROTO3'
  return body[0] !== undefined && body[0] <= HIGHEST_THRIFT_TYPE ? 'THRIFT' : undefined
}

function notThat(format: ZipkinFormat, received: Look, cause?: Error): ClewError {
  const but = received === undefined ? '' : `, but received: ${received}`
  return new ClewError('DECODE_FAILED', `Expected a ${format} encoded list${but}`, { cause })
}
