// The root of a trace as `trace_summaries` keeps it (schema/003-trace-summaries.sql): one string whose smallest is the root,
// so that merges need no tuple of four files.
//
//   | 0 or 1 | start, 8 bytes, the highest first | service, \0 as \0\1 | \0\0 | name |
//     1: the trace has no span without a parent yet, and this is its earliest span
import { decodeUtf8 } from '@clew/codecs'
import { DecodeError } from '@clew/model'

/** The service follows. */
export const ROOT_HEAD_BYTES = 9

export interface TraceRoot {
  readonly service: string
  readonly name: string
}

/** Writes what stands before the service; gives where it ends. `high` and `low` are the words of the start. */
export function writeRootHead(target: Uint8Array, at: number, rootless: boolean, high: number, low: number): number {
  target[at] = rootless ? 1 : 0
  for (let i = 0; i < 4; i++) {
    target[at + 1 + i] = high >>> (24 - 8 * i)
    target[at + 5 + i] = low >>> (24 - 8 * i)
  }
  return at + ROOT_HEAD_BYTES
}

/** A service with the two bytes that end it. */
export function rootService(service: Uint8Array): Uint8Array {
  const written: number[] = []
  for (const byte of service) {
    written.push(byte)
    if (byte === 0) written.push(1)
  }
  return Uint8Array.from([...written, 0, 0])
}

/** Undefined where no span without a parent has come. Throws DecodeError for bytes that are none of ours. */
export function decodeRoot(bytes: Uint8Array): TraceRoot | undefined {
  const end = serviceEnd(bytes)
  if (bytes[0] !== 0) return undefined
  const service = bytes
    .subarray(ROOT_HEAD_BYTES, end)
    .filter((byte, i, all) => byte !== 1 || i === 0 || all[i - 1] !== 0)
  return {
    service: decodeUtf8(service, 0, service.length),
    name: decodeUtf8(bytes, end + 2, bytes.length),
  }
}

/** Where the two zeros stand. */
function serviceEnd(bytes: Uint8Array): number {
  for (let at = ROOT_HEAD_BYTES; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0) continue
    if (bytes[at + 1] === 0) return at
    at++
  }
  throw new DecodeError('trace summary', 'root', 'expected a service that ends with two zeros')
}
