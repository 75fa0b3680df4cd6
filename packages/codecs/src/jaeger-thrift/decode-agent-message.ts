// What clients send to an agent over UDP: a one-way call of `emitBatch` or `emitZipkinBatch` (agent.thrift), a message a
// datagram. The compact protocol begins with 0x82, which no message of the binary one does, so both are read on any port.
import type { SpanBatch } from '@clew/model'
import type { Decoded, ReserveMemory } from '../codec.ts'
import { THRIFT_MESSAGE, type ThriftReader } from '../wire/thrift-reader.ts'
import { readZipkinThriftSpans } from '../zipkin-thrift/decode-spans.ts'
import { decodeBatch, thriftReader } from './decode-spans.ts'
import { currentField, EMIT } from './fields.ts'

const COMPACT_PROTOCOL = 0x82

/** Throws DecodeError when the bytes are no such call. */
export function decodeAgentMessage(bytes: Uint8Array, reserve?: ReserveMemory): Decoded<SpanBatch> {
  const reader = thriftReader(bytes, bytes[0] === COMPACT_PROTOCOL ? 'compact' : 'binary')
  const { method, type } = reader.openMessage()
  if (type !== THRIFT_MESSAGE.oneway && type !== THRIFT_MESSAGE.call)
    reader.fail(`message type ${type}, expected ${THRIFT_MESSAGE.call} or ${THRIFT_MESSAGE.oneway}, which are calls`)
  switch (method) {
    case 'emitBatch':
      openArgument(reader, EMIT.batch)
      return decodeBatch(reader, reserve)
    case 'emitZipkinBatch':
      openArgument(reader, EMIT.zipkinSpans)
      return readZipkinThriftSpans(reader, reserve === undefined ? {} : { reserve })
    default: {
      const name = JSON.stringify(method.slice(0, MAX_METHOD_SHOWN))
      return reader.fail(`call of ${name}, expected emitBatch or emitZipkinBatch`)
    }
  }
}

const MAX_METHOD_SHOWN = 40

/** Goes to the value of the argument. */
function openArgument(reader: ThriftReader, argument: number): void {
  reader.openStruct()
  while (reader.nextField()) {
    if (currentField(reader) === argument) return
    reader.skip()
  }
  reader.fail('call without its argument')
}
