// Reads the body of a request: room is taken from the byte budget before the first byte is kept, and while it inflates.
// Without room, or beyond the limit, the rest of the body is thrown away as it comes.
import type { IncomingMessage } from 'node:http'
import { ClewError } from '@clew/model'
import type { ByteBudget, Reservation } from '../pipeline/byte-budget.ts'
import { type ContentEncoding, inflate, tooLarge } from './inflate.ts'

export interface BodyOptions {
  /** Most bytes of a body, before and after decompression. */
  readonly limitBytes: number
  readonly budget: ByteBudget
  /** Most bytes before decompression, where that is less. */
  readonly wireLimitBytes?: number
  /** How the body may be compressed; every way that Clew knows unless given. */
  readonly encodings?: readonly ContentEncoding[]
  /** Refuses a request of HTTP/1.1 that says neither its length nor that it comes in chunks. */
  readonly isLengthRequired?: boolean
}

export interface RequestBody {
  /** Decompressed. */
  readonly bytes: Uint8Array
  /** Gives the room back; call it once nothing refers to `bytes` any more. */
  release(): void
}

/**
 * Throws, in this order: UNSUPPORTED_ENCODING, LENGTH_MISSING, BODY_TOO_LARGE, OVERLOADED, REQUEST_MALFORMED when it
 * breaks off, DECODE_FAILED when it does not inflate.
 */
export async function readBody(message: IncomingMessage, options: BodyOptions): Promise<RequestBody> {
  const encoding = contentEncoding(message.headers['content-encoding'], options.encodings ?? CONTENT_ENCODINGS)
  const declared =
    message.headers['content-length'] === undefined ? undefined : Number(message.headers['content-length'])
  if (options.isLengthRequired) checkLength(message, declared)
  const wireLimit = Math.min(options.limitBytes, options.wireLimitBytes ?? options.limitBytes)
  if (declared !== undefined && declared > wireLimit) throw tooLarge(wireLimit)
  const reservation = options.budget.reserve(declared ?? 0)
  try {
    const received = await receive(message, declared, wireLimit, reservation)
    const bytes =
      encoding && received.length > 0
        ? await inflate(received, encoding, {
            limitBytes: options.limitBytes,
            reserve: (count) => reservation.grow(count),
          })
        : received
    // Chunks and compressed bytes are let go; what was inflated may lie in a buffer larger than itself.
    const held = bytes === received ? bytes.length : bytes.buffer.byteLength
    reservation.shrink(reservation.bytes - held)
    return { bytes, release: () => reservation.release() }
  } catch (error) {
    reservation.release()
    throw error
  }
}

const CONTENT_ENCODINGS: readonly ContentEncoding[] = ['gzip', 'deflate', 'br']

function contentEncoding(header: string | undefined, allowed: readonly ContentEncoding[]): ContentEncoding | undefined {
  const asked = header?.trim().toLowerCase().replace(/^x-/, '') ?? ''
  if (asked === '' || asked === 'identity' || asked === 'none') return undefined
  const encoding = allowed.find((each) => each === asked)
  if (encoding !== undefined) return encoding
  throw new ClewError(
    'UNSUPPORTED_ENCODING',
    `Content-Encoding: expected ${allowed.join(', ')} or identity, got "${header}"`,
  )
}

/** HTTP/2 frames its bodies, so there the end is always told. */
function checkLength({ headers, httpVersionMajor }: IncomingMessage, declared: number | undefined): void {
  if (declared !== undefined || headers['transfer-encoding'] !== undefined || httpVersionMajor > 1) return
  throw new ClewError('LENGTH_MISSING', 'Content-Length: expected the length of the body, or chunks, got neither')
}

function receive(
  message: IncomingMessage,
  declared: number | undefined,
  limitBytes: number,
  reservation: Reservation,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let whole: Buffer | undefined
    const chunks: Buffer[] = []
    let received = 0

    const onData = (chunk: Buffer) => {
      const offset = received
      received += chunk.length
      if (declared === undefined) {
        if (received > limitBytes) return fail(tooLarge(limitBytes))
        try {
          // Twice: as chunks and, once all are here, joined.
          reservation.grow(2 * chunk.length)
        } catch (error) {
          return fail(error)
        }
        chunks.push(chunk)
      } else if (chunk.length === declared) {
        whole = chunk
      } else {
        whole ??= Buffer.allocUnsafeSlow(declared)
        whole.set(chunk, offset)
      }
    }
    const onEnd = () => {
      detach()
      if (whole) resolve(whole)
      else resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, received))
    }
    const onBroken = () =>
      fail(
        new ClewError(
          'REQUEST_MALFORMED',
          `body: expected ${declared ?? 'a last chunk'}${declared === undefined ? '' : ' bytes'}, got ${received} bytes and a closed connection`,
        ),
      )
    const fail = (error: unknown) => {
      detach()
      message.resume()
      reject(error)
    }
    const detach = () => {
      message.off('data', onData).off('end', onEnd).off('close', onBroken)
    }
    message.on('data', onData).on('end', onEnd).on('close', onBroken)
    // A broken connection is told by 'close'; without a listener here 'error' would end the process.
    message.on('error', () => {})
  })
}
