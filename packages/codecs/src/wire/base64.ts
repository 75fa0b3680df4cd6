// Base64 (RFC 4648) without Node or browser built-ins, for `bytesValue` of OTLP JSON.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

const PADDING = 0x3d

const VALUES = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i
// The URL-safe alphabet is accepted as well, as ProtoJSON asks of readers.
VALUES['-'.charCodeAt(0)] = 62
VALUES['_'.charCodeAt(0)] = 63

/** The bytes of a text in either alphabet, padded or not; undefined when it is no base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  let length = text.length
  while (length > 0 && text.length - length < 2 && text.charCodeAt(length - 1) === PADDING) length--
  if (length % 4 === 1) return undefined
  const bytes = new Uint8Array((length * 3) >> 2)
  let at = 0
  let bits = 0
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    const value = code < 128 ? VALUES[code]! : -1
    if (value < 0) return undefined
    bits = (bits << 6) | value
    // Of every four characters all but the first complete a byte.
    if (i % 4 !== 0) bytes[at++] = bits >> (6 - 2 * (i % 4))
  }
  return bytes
}

/** Bytes a piece of text is made of at once: a multiple of three, and few enough for one call's arguments. */
const PIECE_BYTES = 3072

/** Standard alphabet, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    const end = Math.min(start + PIECE_BYTES, bytes.length)
    const codes: number[] = []
    for (let i = start; i < end; i += 3) {
      const bits = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
      codes.push(letter(bits >> 18), letter(bits >> 12))
      codes.push(i + 1 < end ? letter(bits >> 6) : PADDING, i + 2 < end ? letter(bits) : PADDING)
    }
    text += String.fromCharCode(...codes)
  }
  return text
}

function letter(bits: number): number {
  return ALPHABET.charCodeAt(bits & 63)
}
