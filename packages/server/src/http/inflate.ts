// Compressed bodies to plain ones, chunk by chunk, so that a small body that inflates without end stops at the limit and
// never holds memory it did not take from the budget.
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import { ClewError } from '@clew/model'

export interface InflateOptions {
  /** Most bytes that may come out. */
  readonly limitBytes: number
  /** Called before more memory is kept; throws when there is no room. */
  readonly reserve: (bytes: number) => void
}

export type ContentEncoding = 'gzip' | 'deflate' | 'br'

const MIN_CHUNK_BYTES = 16 * 1024
/**
 * What one step of the decompressor may hand out at once. Larger steps mean fewer trips through the thread pool, but each
 * body that inflates holds one.
 */
const MAX_CHUNK_BYTES = 4 * 1024 * 1024

/**
 * The decompressed bytes. Rejects with BODY_TOO_LARGE beyond the limit, with DECODE_FAILED when `compressed` is not in
 * the encoding it claims, and with whatever `reserve` throws.
 */
export function inflate(
  compressed: Uint8Array,
  encoding: ContentEncoding,
  options: InflateOptions,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (encoding === 'gzip' && saysLength(compressed) > options.limitBytes) throw tooLarge(options.limitBytes)
    const chunkSize = guessChunkSize(compressed, encoding, options.limitBytes)
    const chunks: Buffer[] = []
    let total = 0
    let reserved = 0
    const reserveAll = () => {
      // The decompressor fills one buffer after the other; several are joined at the end, which takes the room again.
      const buffers = chunkSize * (Math.floor(total / chunkSize) + 1)
      const needed = buffers + (chunks.length > 1 ? total : 0)
      if (needed > reserved) options.reserve(needed - reserved)
      reserved = Math.max(reserved, needed)
    }
    reserveAll()
    const stream = createStream(compressed, encoding, chunkSize)
    const fail = (error: unknown) => {
      stream.destroy()
      reject(error)
    }
    stream.on('data', (chunk: Buffer) => {
      total += chunk.length
      if (total > options.limitBytes) return fail(tooLarge(options.limitBytes))
      chunks.push(chunk)
      try {
        reserveAll()
      } catch (error) {
        fail(error)
      }
    })
    stream.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, total)))
    stream.on('error', (error) =>
      fail(new ClewError('DECODE_FAILED', `body: expected ${encoding} data, got bytes that are not: ${error.message}`)),
    )
    stream.end(compressed)
  })
}

export function tooLarge(limitBytes: number): ClewError {
  return new ClewError(
    'BODY_TOO_LARGE',
    `body: expected at most ${limitBytes} bytes after decompression, got more; send smaller batches or raise max_body_bytes`,
  )
}

function createStream(compressed: Uint8Array, encoding: ContentEncoding, chunkSize: number) {
  if (encoding === 'gzip') return createGunzip({ chunkSize })
  if (encoding === 'br') return createBrotliDecompress({ chunkSize })
  // RFC 9110 §8.4.1.2: deflate means the zlib format, but some senders leave its two header bytes out.
  const hasZlibHeader = (compressed[0]! & 0x0f) === 8 && ((compressed[0]! << 8) | compressed[1]!) % 31 === 0
  return hasZlibHeader ? createInflate({ chunkSize }) : createInflateRaw({ chunkSize })
}

/**
 * gzip ends with its plain length, modulo 2^32 (RFC 1952 §2.3.1). It may lie, but not upwards: what inflates to less than
 * it says is refused at its end anyway. 0 for what is no gzip.
 */
function saysLength(compressed: Uint8Array): number {
  const end = compressed.length
  if (end <= 18 || compressed[0] !== 0x1f || compressed[1] !== 0x8b) return 0
  return new DataView(compressed.buffer, compressed.byteOffset + end - 4, 4).getUint32(0, true)
}

/** How large the steps are. */
function guessChunkSize(compressed: Uint8Array, encoding: ContentEncoding, limitBytes: number): number {
  const guess = encoding === 'gzip' ? saysLength(compressed) + 1 : 8 * compressed.length
  return Math.min(Math.max(guess, MIN_CHUNK_BYTES), MAX_CHUNK_BYTES, limitBytes + 1)
}
