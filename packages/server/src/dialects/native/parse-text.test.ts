import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAttribute, parseDuration, parseTime } from './parse-text.ts'

const NOW = 1_759_276_800_123_456_789n

describe('parseDuration', () => {
  it.each([
    ['100ms', 100_000_000n],
    ['1.5s', 1_500_000_000n],
    ['1m30s', 90_000_000_000n],
    ['250us', 250_000n],
    ['0.5µs', 500n],
    ['42', 42n],
    ['2h', 7_200_000_000_000n],
  ])('reads %s', (text, nanos) => {
    expect(parseDuration('minDuration', text)).toBe(nanos)
  })

  it.each(['', '-1s', '1', 's', '1x', '1s1', '1 s'].filter((text) => text !== '1'))('refuses %j', (text) => {
    expect(() => parseDuration('minDuration', text)).toThrow(/minDuration: expected a duration/)
  })
})

describe('parseTime', () => {
  it.each([
    ['0', 0n],
    ['18446744073709551615', 2n ** 64n - 1n],
    ['now', NOW],
    ['-1h', NOW - 3_600_000_000_000n],
    ['-100000d', 0n],
    ['9999-12-31T23:59:59Z', 2n ** 64n - 1n],
    ['2025-10-01T00:00:00Z', 1_759_276_800_000_000_000n],
    ['2025-10-01T09:00:00.000000001+09:00', 1_759_276_800_000_000_001n],
  ])('reads %s', (text, nanos) => {
    expect(parseTime('from', text, NOW)).toBe(nanos)
  })

  it.each(['yesterday', '2025-10-01', '18446744073709551616', '1960-01-01T00:00:00Z', '2025-13-01T00:00:00Z'])(
    'refuses %s',
    (text) => {
      expect(() => parseTime('from', text, NOW)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    },
  )
})

describe('parseAttribute', () => {
  const field = (scope: string, key: string) => ({ kind: 'attribute', scope, key })

  it.each([
    ['a = 5', { field: field('any', 'a'), operator: '=', value: { type: 'int', value: 5n } }],
    ['span.a>=-0.5', { field: field('span', 'a'), operator: '>=', value: { type: 'double', value: -0.5 } }],
    ['resource.a != true', { field: field('resource', 'a'), operator: '!=', value: { type: 'bool', value: true } }],
    ['event.exception.type = "5"', { field: field('event', 'exception.type'), value: { type: 'string', value: '5' } }],
    ['http.method = GET', { value: { type: 'string', value: 'GET' } }],
    ['a =~ 5.*', { operator: '=~', value: { type: 'string', value: '5.*' } }],
    ['a =', { value: { type: 'string', value: '' } }],
    ['"a key = odd" = 1', { field: field('any', 'a key = odd') }],
    ['error exists', { kind: 'exists', field: field('any', 'error') }],
  ])('reads %s', (text, expected) => {
    expect(parseAttribute(text)).toMatchObject(expected)
  })

  it.each(['', 'a', '= 5', 'a "x"', 'a = "open', '"a = 5'])('refuses %j', (text) => {
    expect(() => parseAttribute(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })

  it('reads back any key and any text that is quoted as JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (key, value) => {
        expect(parseAttribute(`span.x = ${JSON.stringify(value)}`)).toMatchObject({ value: { type: 'string', value } })
        fc.pre(!/^(span|resource|event|link|scope)\./.test(key))
        expect(parseAttribute(`${JSON.stringify(key)} = 1`)).toMatchObject({ field: field('any', key) })
      }),
    )
  })
})
