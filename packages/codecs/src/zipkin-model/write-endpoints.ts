// The endpoints of a span as attributes, under OpenTelemetry's names where no tag has them. Name and address of the local
// endpoint are on the resource (origin-cache.ts); its port may be that of one connection, so it is on the span.
import { SPAN } from '../otlp/fields.ts'
import { writeBool, writeInt, writeString, writeStringRange } from '../otlp/write-attribute.ts'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import { ENDPOINT_KEY, ZIPKIN_KEY } from './attribute-keys.ts'
import type { SpanScratch, TextPlace } from './span-scratch.ts'
import type { SpecialTags } from './special-tags.ts'
import { MEANING } from './tag-keys.ts'

const PEER_SERVICE = encodeUtf8(ENDPOINT_KEY.remoteService)
const PEER_ADDRESS = encodeUtf8(ENDPOINT_KEY.remoteAddress)
const PEER_PORT = encodeUtf8(ENDPOINT_KEY.remotePort)
const LOCAL_PORT = encodeUtf8(ENDPOINT_KEY.localPort)
const REMOTE_SERVICE = encodeUtf8(ZIPKIN_KEY.remoteService)
const REMOTE_ADDRESS = encodeUtf8(ZIPKIN_KEY.remoteAddress)
const REMOTE_PORT = encodeUtf8(ZIPKIN_KEY.remotePort)
const OWN_PORT = encodeUtf8(ZIPKIN_KEY.localPort)
const REMOTE_IPV6 = encodeUtf8(ZIPKIN_KEY.remoteIpv6)

/** Whose peer encoders would guess from other tags. */
function hasGuessedPeer(kind: number): boolean {
  return kind === 3 || kind === 4
}

export function writeEndpoints(writer: ProtobufWriter, span: SpanScratch, special: SpecialTags): void {
  const { local, remote } = span
  if (local.port !== 0)
    writeInt(writer, SPAN.attributes, special.row(MEANING.localPort) < 0 ? LOCAL_PORT : OWN_PORT, local.port)
  const hasServiceTag = special.row(MEANING.peerService) >= 0
  const hasAddressTag = special.row(MEANING.peerAddress) >= 0
  const isNamed = hasServiceTag || (special.row(MEANING.peerName) >= 0 && hasGuessedPeer(span.kind))
  if (remote.isEmpty) {
    if (isNamed || hasAddressTag) writeBool(writer, SPAN.attributes, ZIPKIN_KEY.remote, false)
    return
  }
  writeText(writer, hasServiceTag ? REMOTE_SERVICE : PEER_SERVICE, REMOTE_SERVICE, remote.serviceName, isNamed)
  const address = remote.ipv4.isEmpty ? remote.ipv6 : remote.ipv4
  writeText(writer, hasAddressTag ? REMOTE_ADDRESS : PEER_ADDRESS, REMOTE_ADDRESS, address, hasAddressTag)
  if (!remote.ipv4.isEmpty && !remote.ipv6.isEmpty) writePlace(writer, REMOTE_IPV6, remote.ipv6)
  if (remote.port !== 0)
    writeInt(writer, SPAN.attributes, special.row(MEANING.peerPort) < 0 ? PEER_PORT : REMOTE_PORT, remote.port)
}

/** An empty value is said only where a tag would be taken for it. */
function writeText(
  writer: ProtobufWriter,
  key: Uint8Array,
  emptyKey: Uint8Array,
  place: TextPlace,
  isNamedByTag: boolean,
): void {
  if (!place.isEmpty) writePlace(writer, key, place)
  else if (isNamedByTag) writeString(writer, SPAN.attributes, emptyKey, '')
}

function writePlace(writer: ProtobufWriter, key: Uint8Array, place: TextPlace): void {
  writeStringRange(writer, SPAN.attributes, key, place.bytes, place.start, place.end)
}
