import { ClewError } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NrqlCondition } from './ast.ts'
import { type NrqlEvent, requiredValues, satisfies } from './evaluate.ts'
import { parseNrql } from './parse.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const parse = (text: string) => parseNrql(text, NOW)
/** What is refused is refused with its place. */
function readOrRefused(text: string): void {
  try {
    const { fromMs = 0, toMs = 0, limit } = parse(text)
    expect([fromMs, toMs, limit].every(Number.isSafeInteger)).toBe(true)
  } catch (error) {
    expect(error).toBeInstanceOf(ClewError)
    expect((error as ClewError).message).toMatch(/ at position \d+, got /)
  }
}
const where = (condition: string): NrqlCondition => parse(`SELECT * FROM Span WHERE ${condition}`).where!

describe('NRQL', () => {
  it('is read as the tests of New Relic’s own SDK write it', () => {
    const text = "SELECT * FROM NrIntegrationError where newRelicFeature='Distributed Tracing' and requestId='c1bb62fc'"
    expect(parse(text)).toEqual({
      selection: { kind: 'all' },
      eventType: 'NrIntegrationError',
      where: {
        kind: 'and',
        operands: [
          { kind: 'compare', attribute: 'newRelicFeature', operator: '=', value: 'Distributed Tracing' },
          { kind: 'compare', attribute: 'requestId', operator: '=', value: 'c1bb62fc' },
        ],
      },
      fromMs: undefined,
      toMs: undefined,
      limit: 100,
    })
  })

  it('has its clauses in any order and its keywords in any case', () => {
    const text =
      "from Span Select name, `duration.ms` as 'd' limit max since 2 Hours ago until now where trace.id = '1'"
    expect(parse(text)).toMatchObject({
      eventType: 'Span',
      selection: {
        kind: 'attributes',
        items: [
          { attribute: 'name', alias: 'name' },
          { attribute: 'duration.ms', alias: 'd' },
        ],
      },
      limit: 5000,
      fromMs: NOW - 7_200_000,
      toMs: NOW,
    })
    expect(parse('SELECT count(*) FROM Span').selection).toEqual({ kind: 'count', alias: 'count' })
  })

  it.each([
    ['now', NOW],
    ['1 minute ago', NOW - 60_000],
    ['today', Date.UTC(2026, 10, 22)],
    ['yesterday', Date.UTC(2026, 10, 21)],
    ['1764000000000', 1_764_000_000_000],
    ['1764000000', 1_764_000_000_000],
    ["'2026-11-22'", Date.UTC(2026, 10, 22)],
    ["'2026-11-22 08:30:00'", Date.UTC(2026, 10, 22, 8, 30)],
    ["'2026-11-22T08:30:00+09:00'", Date.UTC(2026, 10, 21, 23, 30)],
  ])('knows the time %s', (time, expected) => {
    expect(parse(`SELECT * FROM Span SINCE ${time}`).fromMs).toBe(expected)
  })

  it.each([
    ['', 'expected SELECT at position 0, got the end'],
    ['SELECT *', 'expected FROM at position 8, got the end'],
    ['SELECT * FROM Span WHERE', 'expected an attribute at position 24, got the end'],
    ['SELECT * FROM Span WHERE a', 'expected a comparison at position 26, got the end'],
    [
      'SELECT * FROM Span WHERE a = b',
      'expected a value: a text in quotes, a number, true, false or null at position 29',
    ],
    ["SELECT * FROM Span WHERE a = 'b", 'expected a word of NRQL at position 29, got "\'b"'],
    ['SELECT * FROM Span WHERE (a = 1', 'expected ")" at position 31, got the end'],
    ['SELECT * FROM Span FROM Span', 'expected FROM once at position 19'],
    ['SELECT * FROM Span LIMIT 0', 'expected 1 to 5000 at position 25'],
    ["SELECT * FROM Span SINCE 'soon'", "expected a date such as '2026-11-22 08:00:00' at position 25"],
    ['SELECT * FROM Span FACET name', '(other clauses are not answered here) at position 19, got "FACET name"'],
    ['SELECT average(duration) FROM Span', '(other functions are not answered here) at position 7'],
    ['SELECT name, count(*) FROM Span', '(other functions are not answered here) at position 13'],
    ['SELECT * FROM Span SINCE 1e300', 'a number of at most 8640000000000000 at position 25'],
    ['SELECT * FROM Span LIMIT 1e400', 'expected 1 to 5000 at position 25'],
    [`SELECT * FROM Span WHERE ${'('.repeat(200)}a = 1${')'.repeat(200)}`, 'at most 100 levels'],
    ['x'.repeat(20_000), 'at most 10000 characters'],
  ])('is refused with its place: %s', (text, message) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) }),
    )
  })

  it.each([
    ['parentheses', `SELECT * FROM Span WHERE ${'('.repeat(9_900)}`],
    ['negations', `SELECT * FROM Span WHERE ${'NOT '.repeat(2_400)}a = 1`],
    ['an open string', `SELECT * FROM Span WHERE a = '${"\\\\'".repeat(3_000)}`],
    ['operands', `SELECT * FROM Span WHERE ${'a=1 or '.repeat(1_400)}a=1`],
    ['points', `SELECT ${'a.'.repeat(4_000)} FROM Span`],
  ])('takes no long time over many %s', (_what, text) => {
    const started = performance.now()
    try {
      parse(text)
    } catch (error) {
      expect(error).toBeInstanceOf(ClewError)
    }
    expect(performance.now() - started).toBeLessThan(500)
  })

  it('takes no long time to compare with a hostile pattern', () => {
    const condition: NrqlCondition = { kind: 'like', attribute: 'a', pattern: `${'%a'.repeat(4_000)}b` }
    const started = performance.now()
    expect(satisfies(new Map([['a', 'a'.repeat(100_000)]]), condition)).toBe(false)
    expect(performance.now() - started).toBeLessThan(500)
  })

  it('is read or refused, whatever is asked', () => {
    const word = fc.constantFrom(
      ...[
        'SELECT',
        '*',
        'FROM',
        'Span',
        'where',
        'a',
        'and',
        'not',
        '=',
        "'x'",
        '1',
        '(',
        ')',
        'in',
        ',',
        'is',
        'null',
      ],
      ...['like', 'limit', 'since', 'ago', 'hours', '`b`', 'count', "'", '"', '\\', 'é'],
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 15 }), fc.string({ maxLength: 5 }), (words, more) => {
        readOrRefused(`${words.join(' ')}${more}`)
        readOrRefused(`SELECT * FROM Span WHERE ${words.join(' ')}`)
        readOrRefused(more)
      }),
      { numRuns: 2000 },
    )
  })

  const event: NrqlEvent = new Map(
    Object.entries({ name: 'GET /home', 'duration.ms': 12.5, error: true, n: null, 'trace.id': '123456' }),
  )

  it.each([
    ["name = 'GET /home'", true],
    ["name = 'get /home'", false],
    ["name LIKE 'get%'", true],
    ["name like '%O%E'", true],
    ["name like '%home%home'", false],
    ["name NOT LIKE '%x%'", true],
    ['duration.ms > 12 and duration.ms <= 12.5', true],
    ['`duration.ms` < 12 or not error is false', true],
    ['error is true', true],
    ['error = true', true],
    ["error = 'true'", false],
    ['trace.id = 123456', false],
    ["trace.id in ('1', '123456')", true],
    ["trace.id not in ('1')", true],
    ['missing is null', true],
    ['n is null', true],
    ['name is not null', true],
    ['constructor is null', true],
    ['name is not true', true],
    ['name > 1', false],
    ["n in ('1')", false],
    ["name like 'GET /home'", true],
    ["duration.ms like '%'", false],
    ["missing = 'x'", false],
    ["missing != 'x'", false],
    ["not (missing = 'x')", true],
    ["name != 'x' AND name <> 'y'", true],
    ["a = 1 or name like '%' and error", undefined],
  ])('holds or not: %s', (condition, expected) => {
    if (expected === undefined) expect(() => where(condition)).toThrow(ClewError)
    else expect(satisfies(event, where(condition))).toBe(expected)
  })

  it('says which values an attribute must have', () => {
    expect(requiredValues(where("a = 1 and (trace.id in ('x', 'y') and b = 2)"), ['trace.id'])).toEqual(['x', 'y'])
    expect(requiredValues(where("a = 1 or trace.id = 'x'"), ['trace.id'])).toBeUndefined()
    expect(requiredValues(where("trace.id = 'x' or trace.id in ('y') and a = 1"), ['trace.id'])).toEqual(['x', 'y'])
    expect(requiredValues(where("trace.id != 'x'"), ['trace.id'])).toBeUndefined()
    expect(requiredValues(undefined, ['trace.id'])).toBeUndefined()
    expect(requiredValues(where("traceId = 'x'"), ['trace.id', 'traceId'])).toEqual(['x'])
    expect(requiredValues(where("not trace.id = 'x'"), ['trace.id'])).toBeUndefined()
  })
})
