// The annotations of a Zipkin v1 span in thrift, and their hosts.
import { THRIFT, type ThriftReader } from '../wire/thrift-reader.ts'
import { ipv4Text, ipv6Text } from '../zipkin-model/ip-address.ts'
import { EndpointScratch, TextPlace } from '../zipkin-model/span-scratch.ts'
import { isNegative, microsFromHalves } from '../zipkin-model/times.ts'
import type { V1Annotation, V1Span } from '../zipkin-model/v1-span.ts'
import { ANNOTATION, ANNOTATION_TYPE, BINARY_ANNOTATION, ENDPOINT } from './fields.ts'

export function readAnnotation(reader: ThriftReader): V1Annotation {
  const value = new TextPlace()
  let timestamp = 0n
  let endpoint: EndpointScratch | undefined
  reader.openStruct()
  while (reader.nextField()) {
    switch (reader.field) {
      case ANNOTATION.timestamp:
        reader.expect(THRIFT.i64)
        reader.i64()
        timestamp = isNegative(reader.high) ? 0n : microsFromHalves(reader.low, reader.high)
        break
      case ANNOTATION.value:
        readText(reader, value)
        break
      case ANNOTATION.host:
        reader.expect(THRIFT.struct)
        endpoint = readEndpoint(reader)
        break
      default:
        reader.skip()
    }
  }
  return { timestamp, value, endpoint }
}

/** Without a type it is a boolean, the first of them. */
export function readBinaryAnnotation(reader: ThriftReader, span: V1Span): void {
  const key = new TextPlace()
  const value = new TextPlace()
  let type: number = ANNOTATION_TYPE.BOOL
  let endpoint: EndpointScratch | undefined
  reader.openStruct()
  while (reader.nextField()) {
    switch (reader.field) {
      case BINARY_ANNOTATION.key:
        readText(reader, key)
        break
      case BINARY_ANNOTATION.value:
        readText(reader, value)
        break
      case BINARY_ANNOTATION.annotation_type:
        reader.expect(THRIFT.i32)
        type = reader.i32()
        break
      case BINARY_ANNOTATION.host:
        reader.expect(THRIFT.struct)
        endpoint = readEndpoint(reader)
        break
      default:
        reader.skip()
    }
  }
  span.addBinaryAnnotation(key, tagValue(type, value), type === ANNOTATION_TYPE.BOOL, endpoint)
}

/** The value as text; undefined for bytes, which are no text, and for numbers that have not their size. */
function tagValue(type: number, value: TextPlace): TextPlace | undefined {
  if (type === ANNOTATION_TYPE.STRING) return value
  const { bytes, start, end } = value
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start)
  const size = end - start
  if (type === ANNOTATION_TYPE.BOOL) return textPlace(size > 0 && view.getUint8(0) !== 0 ? 'true' : 'false')
  if (type === ANNOTATION_TYPE.I16 && size === 2) return textPlace(String(view.getInt16(0)))
  if (type === ANNOTATION_TYPE.I32 && size === 4) return textPlace(String(view.getInt32(0)))
  if (type === ANNOTATION_TYPE.I64 && size === 8) return textPlace(String(view.getBigInt64(0)))
  if (type === ANNOTATION_TYPE.DOUBLE && size === 8) return textPlace(String(view.getFloat64(0)))
  return undefined
}

function readEndpoint(reader: ThriftReader): EndpointScratch {
  const endpoint = new EndpointScratch()
  reader.openStruct()
  while (reader.nextField()) {
    switch (reader.field) {
      case ENDPOINT.ipv4: {
        reader.expect(THRIFT.i32)
        const address = reader.i32()
        // 0 is none.
        if (address !== 0)
          endpoint.ipv4.setText(
            ipv4Text([address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255], 0),
          )
        break
      }
      case ENDPOINT.port:
        reader.expect(THRIFT.i16)
        endpoint.port = reader.i16() & 0xffff
        break
      case ENDPOINT.service_name:
        readText(reader, endpoint.serviceName)
        break
      case ENDPOINT.ipv6:
        reader.expect(THRIFT.string)
        reader.binary()
        if (reader.valueEnd - reader.valueStart === 16) endpoint.ipv6.setText(ipv6Text(reader.bytes, reader.valueStart))
        break
      default:
        reader.skip()
    }
  }
  return endpoint
}

function readText(reader: ThriftReader, place: TextPlace): void {
  reader.expect(THRIFT.string)
  reader.binary()
  place.set(reader.bytes, reader.valueStart, reader.valueEnd)
}

function textPlace(text: string): TextPlace {
  const place = new TextPlace()
  place.setText(text)
  return place
}
