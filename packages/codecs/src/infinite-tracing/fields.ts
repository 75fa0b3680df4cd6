// Field numbers of com.newrelic.trace.v1 under the names of the .proto file that New Relic's agents carry.

export const SPAN_BATCH = { spans: 1 } as const
export const AGENT_SPAN = { trace_id: 1, intrinsics: 2, user_attributes: 3, agent_attributes: 4 } as const
export const ATTRIBUTE_VALUE = { string_value: 1, bool_value: 2, int_value: 3, double_value: 4 } as const
export const RECORD_STATUS = { messages_seen: 1 } as const

/** `map<string, AttributeValue>` travels as repeated entries of this form. */
export const MAP_ENTRY = { key: 1, value: 2 } as const
