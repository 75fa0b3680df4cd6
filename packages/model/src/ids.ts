// Trace and span ids between their two forms: 16 or 8 bytes on the wire and in columns, lower-case hex at the edges.

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Bytes of an id as lower-case hex; `length` is 16 for a trace id, 8 for a span id. */
export function hexFromBytes(bytes: Uint8Array, offset: number, length: number): string {
  let text = ''
  for (let i = offset; i < offset + length; i++) text += HEX[bytes[i]!]
  return text
}

/** The bytes of a hex text in either case, or undefined when it is not hex of an even length. */
export function bytesFromHex(hex: string): Uint8Array | undefined {
  if (hex.length % 2 !== 0) return undefined
  const bytes = new Uint8Array(hex.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = nibble(hex.charCodeAt(2 * i))
    const low = nibble(hex.charCodeAt(2 * i + 1))
    if (high < 0 || low < 0) return undefined
    bytes[i] = (high << 4) | low
  }
  return bytes
}

/** The same for hex digits that are bytes themselves, as they stand in a body. */
export function bytesFromHexDigits(digits: Uint8Array, start: number, end: number): Uint8Array | undefined {
  if ((end - start) % 2 !== 0) return undefined
  const bytes = new Uint8Array((end - start) / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = nibble(digits[start + 2 * i]!)
    const low = nibble(digits[start + 2 * i + 1]!)
    if (high < 0 || low < 0) return undefined
    bytes[i] = (high << 4) | low
  }
  return bytes
}

/** True when all `length` bytes from `offset` are zero: the invalid id of W3C Trace Context, and "no parent". */
export function isZeroId(bytes: Uint8Array, offset: number, length: number): boolean {
  for (let i = offset; i < offset + length; i++) if (bytes[i] !== 0) return false
  return true
}

/** The low 64 bits of a 32-digit trace id: what Zipkin, Jaeger and ATS may know of it. */
export function lowHalf(traceId: string): bigint {
  return BigInt(`0x${traceId.slice(-16)}`)
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  if (code >= 65 && code <= 70) return code - 55
  return -1
}
