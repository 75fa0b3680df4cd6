// What a resource or scope says, as a string that equal ones share: spans are grouped by it.
import type { Resource, Scope } from '@clew/model'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'

/** Equal exactly where the encoded parts and their schema URLs are. */
export function contentKey<P extends Resource | Scope>(
  part: P,
  encode: (writer: ProtobufWriter, part: P) => void,
): string {
  const writer = new ProtobufWriter()
  encode(writer, part)
  let key = ''
  for (const byte of writer.written()) key += String.fromCharCode(byte)
  return `${part.schemaUrl}\n${key}`
}
