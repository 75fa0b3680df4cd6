// First bytes of the OTLP fields the block builder looks at: field number and wire type, all below 128.
import {
  ANY_VALUE,
  ARRAY_VALUE,
  KEY_VALUE,
  protobufTag,
  RESOURCE,
  SCOPE,
  SPAN,
  SPAN_EVENT,
  SPAN_LINK,
  STATUS,
  WIRE,
} from '@clew/codecs'

const message = (field: number): number => protobufTag(field, WIRE.lengthDelimited)

export const SPAN_TRACE_ID = message(SPAN.trace_id)
export const SPAN_ID = message(SPAN.span_id)
export const SPAN_PARENT_ID = message(SPAN.parent_span_id)
export const SPAN_START = protobufTag(SPAN.start_time_unix_nano, WIRE.fixed64)
export const SPAN_END = protobufTag(SPAN.end_time_unix_nano, WIRE.fixed64)
export const SPAN_ATTRIBUTES = message(SPAN.attributes)
export const SPAN_EVENTS = message(SPAN.events)
export const SPAN_LINKS = message(SPAN.links)
export const SPAN_STATUS = message(SPAN.status)
export const EVENT_NAME = message(SPAN_EVENT.name)
export const EVENT_ATTRIBUTES = message(SPAN_EVENT.attributes)
export const LINK_TRACE_ID = message(SPAN_LINK.trace_id)
export const LINK_SPAN_ID = message(SPAN_LINK.span_id)
export const LINK_ATTRIBUTES = message(SPAN_LINK.attributes)
export const STATUS_MESSAGE = message(STATUS.message)
export const RESOURCE_ATTRIBUTES = message(RESOURCE.attributes)
export const SCOPE_NAME = message(SCOPE.name)
export const SCOPE_VERSION = message(SCOPE.version)
export const SCOPE_ATTRIBUTES = message(SCOPE.attributes)
export const KEY_VALUE_KEY = message(KEY_VALUE.key)
export const KEY_VALUE_VALUE = message(KEY_VALUE.value)
export const ARRAY_VALUES = message(ARRAY_VALUE.values)
export const VALUE_STRING = message(ANY_VALUE.string_value)
export const VALUE_BOOL = protobufTag(ANY_VALUE.bool_value, WIRE.varint)
export const VALUE_INT = protobufTag(ANY_VALUE.int_value, WIRE.varint)
export const VALUE_DOUBLE = protobufTag(ANY_VALUE.double_value, WIRE.fixed64)
export const VALUE_ARRAY = message(ANY_VALUE.array_value)
export const VALUE_KVLIST = message(ANY_VALUE.kvlist_value)
export const VALUE_BYTES = message(ANY_VALUE.bytes_value)
