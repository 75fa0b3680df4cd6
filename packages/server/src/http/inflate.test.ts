import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { ClewError } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ContentEncoding, inflate } from './inflate.ts'

const COMPRESSORS: readonly [ContentEncoding, (bytes: Uint8Array) => Buffer][] = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
]
const LIMIT = 1_000_000

function inflateAll(compressed: Uint8Array, encoding: ContentEncoding, limitBytes = LIMIT) {
  let reserved = 0
  const reserve = (bytes: number) => {
    reserved += bytes
  }
  return inflate(compressed, encoding, { limitBytes, reserve }).then((bytes) => ({ bytes, reserved }))
}

describe('inflate', () => {
  it.each(COMPRESSORS)('gives back what %s made smaller, with room for all of it', async (encoding, compress) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), fc.integer({ min: 1, max: 200 }), async (piece, times) => {
        const plain = Buffer.concat(Array.from({ length: times }, () => piece))
        const { bytes, reserved } = await inflateAll(compress(plain), encoding)
        expect(Buffer.compare(bytes, plain)).toBe(0)
        expect(reserved).toBeGreaterThanOrEqual(plain.length)
      }),
      { numRuns: 20 },
    )
  })

  it('gives bytes or a ClewError for whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.constantFrom('gzip', 'deflate', 'br'), async (bytes, encoding) => {
        const outcome = await inflateAll(bytes, encoding).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ClewError)
      }),
    )
  })

  it.each(COMPRESSORS)('stops %s at the limit, exactly', async (encoding, compress) => {
    const plain = Buffer.alloc(300_000)
    expect((await inflateAll(compress(plain), encoding, 300_000)).bytes).toHaveLength(300_000)
    await expect(inflateAll(compress(plain), encoding, 299_999)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  it('is not misled by a gzip trailer that lies about the length', async () => {
    const plain = Buffer.alloc(300_000, 'x')
    for (const lie of [0, 1, 900_000]) {
      const compressed = gzipSync(plain)
      compressed.writeUInt32LE(lie, compressed.length - 4)
      await expect(inflateAll(compressed, 'gzip')).rejects.toMatchObject({ code: 'DECODE_FAILED' })
    }
  })

  it('refuses gzip that says itself that it is too large before any memory is taken for it', async () => {
    const bomb = gzipSync(Buffer.alloc(LIMIT + 1))
    const reserve = () => {
      throw new Error('memory was asked for')
    }
    const outcome = inflate(bomb, 'gzip', { limitBytes: LIMIT, reserve })
    await expect(outcome).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    const hidden = Buffer.concat([bomb, gzipSync(Buffer.alloc(1))])
    await expect(inflateAll(hidden, 'gzip')).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  it('gives up as soon as there is no room', async () => {
    const reserve = () => {
      throw new ClewError('OVERLOADED', 'no room')
    }
    const outcome = inflate(gzipSync(Buffer.alloc(1_000)), 'gzip', { limitBytes: LIMIT, reserve })
    await expect(outcome).rejects.toMatchObject({ code: 'OVERLOADED' })
  })
})
