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
}

export interface RequestBody {
  /** Decompressed. */
  readonly bytes: Uint8Array
  /** Gives the room back; call it once nothing refers to `bytes` any more. */
  release(): void
}

/** Throws UNSUPPORTED_ENCODING, BODY_TOO_LARGE, OVERLOADED, DECODE_FAILED or REQUEST_MALFORMED. */
export async function readBody(message: IncomingMessage, options: BodyOptions): Promise<RequestBody> {
  const encoding = contentEncoding(message.headers['content-encoding'])
  const declared =
    message.headers['content-length'] === undefined ? undefined : Number(message.headers['content-length'])
  if (declared !== undefined && declared > options.limitBytes) throw tooLarge(options.limitBytes)
  const reservation = options.budget.reserve(declared ?? 0)
  try {
    const received = await receive(message, declared, options.limitBytes, reservation)
    const bytes =
      encoding && received.length > 0
        ? await inflate(received, encoding, {
            limitBytes: options.limitBytes,
            reserve: (count) => reservation.grow(count),
          })
        : received
    return { bytes, release: () => reservation.release() }
  } catch (error) {
    reservation.release()
    throw error
  }
}

function contentEncoding(header: string | undefined): ContentEncoding | undefined {
  switch (header?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
    case 'none':
      return undefined
    case 'gzip':
    case 'x-gzip':
      return 'gzip'
    case 'deflate':
      return 'deflate'
    case 'br':
      return 'br'
  }
  throw new ClewError(
    'UNSUPPORTED_ENCODING',
    `Content-Encoding: expected gzip, deflate, br or identity, got "${header}"`,
  )
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
