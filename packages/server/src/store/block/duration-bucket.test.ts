import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationBucket, durationBucketStart } from './duration-bucket.ts'

const bucketOf = (duration: bigint): number => durationBucket(Number(duration & 0xffff_ffffn), Number(duration >> 32n))

describe('durationBucket', () => {
  it('puts every 64-bit duration between the start of its bucket and that of the next', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 0xffff_ffff_ffff_ffffn), fc.integer({ min: 0, max: 63 }), (value, shift) => {
        const duration = value >> BigInt(shift)
        const bucket = bucketOf(duration)
        expect(durationBucketStart(bucket) <= duration).toBe(true)
        expect(duration < durationBucketStart(bucket + 1)).toBe(true)
      }),
    )
  })

  it('is the bucket of its own start, up to the last', () => {
    for (let bucket = 0; bucket < 496; bucket++) expect(bucketOf(durationBucketStart(bucket))).toBe(bucket)
    expect(bucketOf(0xffff_ffff_ffff_ffffn)).toBe(495)
  })
})
