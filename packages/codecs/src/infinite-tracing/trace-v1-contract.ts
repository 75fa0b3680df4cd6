// com.newrelic.trace.v1 by another protobuf library, for tests: what agents send is made by it, not by our own writer.
import Long from 'long'
import protobuf from 'protobufjs'

protobuf.util.Long = Long
protobuf.configure()

const { root } = protobuf.parse(`
syntax = "proto3";
package com.newrelic.trace.v1;
message SpanBatch { repeated Span spans = 1; }
message Span {
  string trace_id = 1;
  map<string, AttributeValue> intrinsics = 2;
  map<string, AttributeValue> user_attributes = 3;
  map<string, AttributeValue> agent_attributes = 4;
}
message AttributeValue {
  oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; }
}
message RecordStatus { uint64 messages_seen = 1; }
`)

type Values = Readonly<Record<string, unknown>>

/** A span as agents think of it: a number with a fraction travels as a double, any other as an integer. */
export interface TestSpan {
  readonly traceId?: string
  readonly intrinsics?: Values
  readonly user?: Values
  readonly agent?: Values
}

export function encodeAgentSpan(span: TestSpan): Uint8Array {
  return encode('Span', messageOf(span))
}

export function encodeAgentBatch(spans: readonly TestSpan[]): Uint8Array {
  return encode('SpanBatch', { spans: spans.map(messageOf) })
}

export function decodeRecordStatus(bytes: Uint8Array): { messagesSeen: number } {
  const type = root.lookupType('com.newrelic.trace.v1.RecordStatus')
  const { messagesSeen = 0 } = type.toObject(type.decode(bytes), { longs: Number }) as { messagesSeen?: number }
  return { messagesSeen }
}

/** The intrinsics of a span that has nothing special. */
export function intrinsics(guid: string, more: Values = {}): Values {
  return {
    type: 'Span',
    guid,
    name: 'Nodejs/Middleware/Expressjs/query',
    category: 'generic',
    timestamp: 1_700_000_000_000,
    duration: 0.25,
    priority: 1.5,
    sampled: true,
    transactionId: 'b6a9d0e2c8f14a53',
    ...more,
  }
}

function encode(name: string, message: object): Uint8Array {
  const type = root.lookupType(`com.newrelic.trace.v1.${name}`)
  return new Uint8Array(type.encode(type.fromObject(message)).finish())
}

function messageOf({ traceId = '', intrinsics: head = {}, user = {}, agent = {} }: TestSpan): object {
  return {
    traceId,
    intrinsics: valuesOf({ ...(traceId === '' ? {} : { traceId }), ...head }),
    userAttributes: valuesOf(user),
    agentAttributes: valuesOf(agent),
  }
}

function valuesOf(values: Values): object {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, attributeValueOf(value)]))
}

function attributeValueOf(value: unknown): object {
  switch (typeof value) {
    case 'string':
      return { stringValue: value }
    case 'boolean':
      return { boolValue: value }
    case 'bigint':
      return { intValue: String(value) }
    case 'number':
      return Number.isInteger(value) ? { intValue: value } : { doubleValue: value }
  }
  return {}
}
