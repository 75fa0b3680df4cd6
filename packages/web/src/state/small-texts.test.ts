// Attribute conditions, durations, values and ruler marks: the small texts and numbers of the page.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { literalOf, OPERATORS, parseAttributeText, printAttribute } from './attribute-text.ts'
import { chartScale } from './chart-scale.ts'
import { normalDuration } from './duration-text.ts'
import { rulerMarks } from './ruler.ts'
import { ServiceColours } from './service-colours.ts'
import { localInput, momentOf, presetOf } from './time-range.ts'
import { valueText } from './value-text.ts'

describe('attribute conditions', () => {
  test('any key and any string value comes back from its text', () => {
    const keys = fc.string({ unit: 'grapheme', minLength: 1 })
    fc.assert(
      fc.property(keys, fc.string({ unit: 'grapheme' }), fc.constantFrom(...OPERATORS), (key, value, operator) => {
        const condition = { key, operator, value: operator === 'exists' ? '' : JSON.stringify(value) }
        expect(parseAttributeText(printAttribute(condition))).toEqual(condition)
      }),
    )
  })

  test('text without an operator is no condition', () => {
    expect(parseAttributeText('http.route')).toBeUndefined()
    expect(parseAttributeText('')).toBeUndefined()
  })

  test('strings are quoted, numbers and truth values are not, lists cannot be asked for', () => {
    expect(literalOf({ type: 'string', value: '500' })).toBe('"500"')
    expect(literalOf({ type: 'int', value: '9007199254740993' })).toBe('9007199254740993')
    expect(literalOf({ type: 'array', values: [] })).toBeUndefined()
  })
})

test('durations are taken as people write them', () => {
  expect(['250 µs', '1.5s', '20', '3 M', ' 10ns '].map(normalDuration)).toEqual(['250us', '1.5s', '20ms', '3m', '10ns'])
  expect(['', 'fast', '1.2.3s', '5 parsecs'].map(normalDuration)).toEqual([undefined, undefined, undefined, undefined])
})

test('values are shown exactly, nested ones as JSON', () => {
  expect(valueText({ type: 'int', value: '9223372036854775807' })).toBe('9223372036854775807')
  expect(valueText({ type: 'empty' })).toBe('')
  const nested = { key: 'n', value: { type: 'int', value: '9223372036854775807' } } as const
  const list = {
    key: 'l',
    value: { type: 'array', values: [{ type: 'bool', value: true }, { type: 'empty' }] },
  } as const
  expect(
    JSON.parse(
      valueText({
        type: 'kvlist',
        values: [nested, { key: 'l', value: { ...list.value, values: [...list.value.values] } }],
      }),
    ),
  ).toEqual({
    n: '9223372036854775807',
    l: [true, null],
  })
})

describe('ruler', () => {
  test('marks are round, within the window, and no more than fit', () => {
    const time = fc.integer({ min: 0, max: 1e15 })
    fc.assert(
      fc.property(time, time, fc.integer({ min: 1, max: 20 }), (a, b, most) => {
        fc.pre(Math.abs(a - b) > most)
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const marks = rulerMarks(from, to, most)
        expect(marks.length).toBeLessThanOrEqual(most + 1)
        for (const mark of marks) expect(mark >= from && mark <= to).toBe(true)
      }),
    )
  })

  test('steps are 1, 2 or 5, and minutes beyond half a minute', () => {
    expect(rulerMarks(0, 6_850_000_000, 8)).toEqual([0, 1, 2, 3, 4, 5, 6].map((s) => s * 1e9))
    expect(rulerMarks(0, 600e9, 6)).toEqual([0, 120, 240, 360, 480, 600].map((s) => s * 1e9))
  })
})

test('points of the chart lie within it, equal durations in the middle', () => {
  const trace = (startUnixNano: string, durationNano: string) => ({
    traceId: startUnixNano,
    rootService: null,
    rootName: null,
    startUnixNano,
    durationNano,
    spanCount: 1,
    errorCount: 0,
    services: [],
    matchedSpans: 0,
    spans: [],
  })
  const nanos = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)
  fc.assert(
    fc.property(fc.array(fc.tuple(nanos, nanos), { minLength: 1 }), (pairs) => {
      const { points, ticks } = chartScale(pairs.map(([start, length]) => trace(start, length)))
      for (const { x, y } of points) for (const share of [x, y]) expect(share >= 0 && share <= 1).toBe(true)
      for (const { share } of ticks) expect(share >= -1e-9 && share <= 1 + 1e-9).toBe(true)
      expect(ticks.length).toBeLessThanOrEqual(3)
    }),
  )
  expect(chartScale([trace('5', '1000'), trace('5', '1000')]).points[0]).toEqual({ x: 0.5, y: 0.5 })
})

describe('service colours', () => {
  test('ten services have ten colours, and a name keeps its own', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 10, maxLength: 10 }), (services) => {
        const colours = new ServiceColours('')
        const given = services.map((service) => colours.of(service))
        expect(new Set(given).size).toBe(10)
        expect(services.map((service) => colours.of(service))).toEqual(given)
      }),
    )
  })

  test('are remembered, and what is no memory is ignored', () => {
    const colours = new ServiceColours('')
    const given = ['api', 'worker', '주문'].map((service) => colours.of(service))
    const later = new ServiceColours(colours.print())
    expect(['주문', 'worker', 'api'].map((service) => later.of(service))).toEqual(given.toReversed())
    expect(() => new ServiceColours('nonsense\n\n9').of('api')).not.toThrow()
  })
})

test('an own time range is the moment that was typed', () => {
  expect(localInput(momentOf('2026-11-22T10:00:05'))).toBe('2026-11-22T10:00:05')
  expect(localInput('-1h')).toBe('')
  expect(momentOf('')).toBeUndefined()
  expect(presetOf('-1h', undefined)).toBe('-1h')
  expect(presetOf('-1h', '2026-11-22T10:00:05Z')).toBeUndefined()
})
