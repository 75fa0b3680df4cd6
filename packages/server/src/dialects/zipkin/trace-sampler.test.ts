import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTraceSampled, sampleBoundary } from './trace-sampler.ts'

const traceId = fc.uint8Array({ minLength: 16, maxLength: 16 })

describe('the share of traces that is kept', () => {
  it('is none at 0 and every one at 1', () => {
    fc.assert(
      fc.property(traceId, (id) => {
        expect(isTraceSampled(id, sampleBoundary(0))).toBe(false)
        expect(isTraceSampled(id, sampleBoundary(1))).toBe(true)
      }),
    )
  })

  it('is decided by the low half of the id, so that 64-bit and 128-bit reports agree', () => {
    fc.assert(
      fc.property(traceId, fc.double({ min: 0, max: 1, noNaN: true }), (id, rate) => {
        const short = id.slice()
        short.fill(0, 0, 8)
        expect(isTraceSampled(short, sampleBoundary(rate))).toBe(isTraceSampled(id, sampleBoundary(rate)))
      }),
    )
  })

  it('grows with the rate', () => {
    fc.assert(
      fc.property(traceId, fc.double({ min: 0, max: 0.5, noNaN: true }), (id, rate) => {
        if (isTraceSampled(id, sampleBoundary(rate))) expect(isTraceSampled(id, sampleBoundary(rate + 0.5))).toBe(true)
      }),
    )
  })
})
