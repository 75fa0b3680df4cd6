import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseGoDuration, printGoDuration } from './go-duration.ts'

it.each([
  ['1.2s', 1_200_000_000n],
  ['100us', 100_000n],
  ['100µs', 100_000n],
  ['5ms', 5_000_000n],
  ['1h2m3.5s', 3_723_500_000_000n],
  ['.5s', 500_000_000n],
  ['1.s', 1_000_000_000n],
  ['-1ns', -1n],
  ['+1ns', 1n],
  ['0', 0n],
  ['1.0000000001s', 1_000_000_000n],
])('reads %s', (text, nanos) => {
  expect(parseGoDuration('minDuration', text)).toBe(nanos)
})

it.each(['', '5', 's', '1d', '1s ', '1.2.3s', 'soon', '9999999999999h', '1e3s', '.s'])('refuses %j', (text) => {
  expect(() => parseGoDuration('minDuration', text)).toThrow("unable to parse param 'minDuration': expected a duration")
})

// Outputs of Go's time.Duration.String.
it.each([
  [0n, '0s'],
  [1n, '1ns'],
  [1_100n, '1.1µs'],
  [2_200_000n, '2.2ms'],
  [300_000_000n, '300ms'],
  [3_300_000_000n, '3.3s'],
  [245_000_000_000n, '4m5s'],
  [245_001_000_000n, '4m5.001s'],
  [18_367_001_000_000n, '5h6m7.001s'],
  [480_000_000_001n, '8m0.000000001s'],
  [-150_000_000n, '-150ms'],
])('prints %s as %s', (nanos, text) => {
  expect(printGoDuration(nanos)).toBe(text)
})

it('reads whatever it prints', () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n) + 1n, 2n ** 63n - 1n), (nanos) => {
      expect(parseGoDuration('d', printGoDuration(nanos))).toBe(nanos)
    }),
  )
})
