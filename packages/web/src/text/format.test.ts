// Durations, times and numbers as people read them; the two dictionaries.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { en } from './en.ts'
import { formatCount, formatDuration, formatIso, formatShare, formatTime } from './format.ts'
import { ko } from './ko.ts'

const plain = (nanos: number | bigint) => formatDuration(nanos, 'en').replaceAll('\u202f', ' ')

test('durations have three digits and the unit that fits', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0 ns'],
    [999, '999 ns'],
    [1_234, '1.23 µs'],
    [45_100, '45.1 µs'],
    [999_600, '1.00 ms'],
    [312_000_000, '312 ms'],
    [50_000_000, '50 ms'],
    [1_240_000_000, '1.24 s'],
    [7_300_000_000, '7.30 s'],
    [59_960_000_000, '1 m'],
    [125_000_000_000, '2 m 5 s'],
    [7_320_000_000_000, '2 h 2 m'],
    [273_600_000_000_000, '3 d 4 h'],
  ]
  for (const [nanos, text] of cases) expect(plain(nanos)).toBe(text)
})

test('a longer duration never has a shorter text value', () => {
  const units: Readonly<Record<string, number>> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9, d: 86400e9 }
  const read = (text: string) =>
    [...text.replaceAll(',', '').matchAll(/([\d.]+) (ns|µs|ms|s|m|h|d)/g)].reduce(
      (sum, [, number, unit]) => sum + Number(number) * (units[unit!] ?? Number.NaN),
      0,
    )
  const nanos = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }))
  fc.assert(
    fc.property(nanos, nanos, (a, b) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)]
      expect(read(plain(less))).toBeLessThanOrEqual(read(plain(more)))
    }),
  )
})

test('times keep all nine digits below the second', () => {
  const time = 1_795_341_600_123_456_789n
  expect(formatIso(time)).toBe('2026-11-22T10:00:00.123456789Z')
  expect(formatTime(time, 'en', 9, Number(time / 1_000_000n))).toMatch(/:00\.123456789$/)
  expect(formatIso(2n ** 64n - 1n)).toBe('2554-07-21T23:34:33.709551615Z')
})

test('a time of another day says which', () => {
  const time = 1_795_341_600_000_000_000n
  expect(formatTime(time, 'en', 0, Number(time / 1_000_000n) + 3 * 86_400_000)).toMatch(/^Nov 22 /)
  expect(formatTime(time, 'ko', 0, Number(time / 1_000_000n) + 400 * 86_400_000)).toMatch(/^2026년 11월 22일 /)
})

test('numbers and shares follow the language', () => {
  expect(formatCount(1_234_567, 'ko')).toBe('1,234,567')
  expect(formatShare(0.463, 'en')).toBe('46%')
  expect(formatShare(0.003, 'en')).toBe('0.3%')
})

test('both languages say something for every key', () => {
  const empty = (dictionary: object, path: string): string[] =>
    Object.entries(dictionary).flatMap(([key, value]) => {
      if (typeof value === 'object') return empty(value as object, `${path}.${key}`)
      const text: unknown = typeof value === 'function' ? value.call(undefined, '1', '2') : value
      return typeof text === 'string' && text.trim() !== '' && !text.includes('undefined') ? [] : [`${path}.${key}`]
    })
  expect([...empty(en, 'en'), ...empty(ko, 'ko')]).toEqual([])
})
