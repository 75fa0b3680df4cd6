// A value that an agent gave, as an attribute of OTLP.
import { writeBool, writeDouble, writeInt, writeString } from '../otlp/write-attribute.ts'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import type { AgentValue } from './attribute-entry.ts'

/** `field` is one of type KeyValue. */
export function writeAgentValue(writer: ProtobufWriter, field: number, key: string, value: AgentValue): void {
  if (typeof value === 'string') writeString(writer, field, key, value)
  else if (typeof value === 'boolean') writeBool(writer, field, key, value)
  else if (typeof value === 'bigint') writeInt(writer, field, key, value)
  else writeDouble(writer, field, key, value)
}
