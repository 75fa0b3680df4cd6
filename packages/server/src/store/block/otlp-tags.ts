// First bytes of the OTLP fields the block builder looks at (field number and wire type; all are below 128).
const LENGTH_DELIMITED = 2
const tag = (field: number): number => (field << 3) | LENGTH_DELIMITED

export const SPAN_ATTRIBUTES = tag(9)
export const SPAN_EVENTS = tag(11)
export const SPAN_LINKS = tag(13)
export const SPAN_STATUS = tag(15)
export const EVENT_NAME = tag(2)
export const EVENT_ATTRIBUTES = tag(3)
export const LINK_TRACE_ID = tag(1)
export const LINK_SPAN_ID = tag(2)
export const LINK_ATTRIBUTES = tag(4)
export const STATUS_MESSAGE = tag(2)
export const RESOURCE_ATTRIBUTES = tag(1)
export const SCOPE_NAME = tag(1)
export const SCOPE_VERSION = tag(2)
export const SCOPE_ATTRIBUTES = tag(3)
export const KEY_VALUE_KEY = tag(1)
export const KEY_VALUE_VALUE = tag(2)
export const ARRAY_VALUES = tag(1)
export const VALUE_STRING = tag(1)
export const VALUE_BOOL = 2 << 3
export const VALUE_INT = 3 << 3
export const VALUE_DOUBLE = (4 << 3) | 1
export const VALUE_ARRAY = tag(5)
