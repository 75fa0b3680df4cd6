// Jaeger's agent over UDP: a thrift call of `emitBatch` or `emitZipkinBatch` in each datagram, on 6831 in the compact
// protocol and on 6832 in the binary one. The call says itself which it is, so either is taken on either port.
import { decodeAgentMessage } from '@clew/codecs'
import type { DatagramReceiver } from '../../udp/datagram-receiver.ts'
import type { ReceiverParts } from '../dialect.ts'
import { takeJaegerSpans } from './take-jaeger-spans.ts'

/** `door` is its name; the door counts the datagrams, what is lost of them too. */
export function agentReceiver(door: string, parts: ReceiverParts): DatagramReceiver {
  return async ({ bytes, tenant }) => {
    await takeJaegerSpans({ tenant, door, body: bytes, decode: decodeAgentMessage }, parts)
  }
}
