import { describe, expect, it } from 'vitest'
import { durationNano, MAX_UINT64, parseUnixNano } from './time.ts'

describe('a duration', () => {
  it('is end minus start', () => {
    expect(durationNano(5n, 12n)).toBe(7n)
    expect(durationNano(0n, MAX_UINT64)).toBe(MAX_UINT64)
  })

  it('is 0 when the end comes first or is missing', () => {
    expect(durationNano(12n, 5n)).toBe(0n)
    expect(durationNano(12n, 0n)).toBe(0n)
  })
})

describe('a time as text', () => {
  it.each([
    ['0', 0n],
    ['1544712660000000123', 1544712660000000123n],
    ['18446744073709551615', MAX_UINT64],
    ['007', 7n],
  ])('reads %s', (text, value) => {
    expect(parseUnixNano(text)).toBe(value)
  })

  it.each(['', '-1', '1.5', '1e9', ' 1', '0x10', '18446744073709551616', '999999999999999999999'])(
    'is no time: %j',
    (text) => {
      expect(parseUnixNano(text)).toBeUndefined()
    },
  )
})
