// Scalars between their bytes in an OTLP AnyValue and the text a person reads in a list.
import type { ValueType } from './attribute-catalog.ts'

/** The text of a value as UTF-8. A string is its own text. */
export function valueText(type: ValueType, bytes: Uint8Array, start: number, end: number): Uint8Array {
  switch (type) {
    case 'int':
      return Buffer.from(String(readInt64(bytes, start)))
    case 'double':
      return Buffer.from(String(Buffer.from(bytes.slice(start, end)).readDoubleLE()))
    case 'bool':
      return Buffer.from(bytes[start] === 0 ? 'false' : 'true')
    default:
      return bytes.slice(start, end)
  }
}

/** The bytes that `valueText` made this text of. */
export function valueWire(type: ValueType, text: string): Uint8Array {
  switch (type) {
    case 'int':
      return writeInt64(BigInt(text))
    case 'double': {
      const bytes = Buffer.alloc(8)
      bytes.writeDoubleLE(Number(text))
      return bytes
    }
    case 'bool':
      return Uint8Array.of(text === 'true' ? 1 : 0)
    default:
      return Buffer.from(text)
  }
}

function readInt64(bytes: Uint8Array, start: number): bigint {
  let value = 0n
  let at = start
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[at++]!
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return BigInt.asIntN(64, value)
  }
}

function writeInt64(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

/** A varint int64 as the nearest double: exact up to 2^53, so equality beyond it is a superset. */
export function int64AsDouble(bytes: Uint8Array, start: number): number {
  let low = 0
  let high = 0
  let at = start
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!
    const bits = byte & 0x7f
    if (shift < 28) low |= bits << shift
    else if (shift === 28) {
      low |= bits << 28
      high = bits >>> 4
    } else high |= bits << (shift - 32)
    if (byte < 0x80) return (high | 0) * 0x1_0000_0000 + (low >>> 0)
  }
}
