// RE2 patterns against whole texts: what matches, what is refused, and that no pattern takes more than linear time.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Re2Pattern } from './pattern.ts'

/** Three thousand states that are all active before every character. */
const HEAVY = `.*(?:${Array.from({ length: 1500 }, () => 'b').join('|')})`

describe('Re2Pattern', () => {
  it.each([
    ['a.*b', 'axxb', true],
    ['a', 'ab', false],
    ['a.b', 'a\nb', false],
    ['(?s)a.b', 'a\nb', true],
    ['(?s:.)a', '\na', true],
    ['(?i)get|POST', 'Post', true],
    ['(?i:g)et', 'GET', false],
    ['[[:alpha:]_-]+', 'ab_-', true],
    ['[^\\d\\s]+', 'ab1', false],
    ['[]a]+', ']a', true],
    ['\\p{Greek}+', 'αβγ', true],
    ['\\pL\\PL', 'a1', true],
    ['x{2,3}', 'xxxx', false],
    ['a{,2}', 'a{,2}', true],
    ['\\Qa.b\\E+', 'a.bb', true],
    ['\\x41\\x{1F600}\\101', 'A😀A', true],
    ['(?m)a$\n^b', 'a\nb', true],
    ['.*\\bcart\\b.*', 'the cart, full', true],
    ['(?P<name>a)(?<other>b)', 'ab', true],
    ['a||b', '', true],
    ['(a*)*', 'aaa', true],
  ])('%s on %j is %s', (pattern, text, expected) => {
    expect(new Re2Pattern(pattern).matches(text)).toBe(expected)
  })

  it.each([
    '(a)\\1',
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    'a**',
    '*a',
    'a{1001}',
    '(?:a{100}){100}',
    '(',
    ')',
    '[a',
    'a\\',
    '\\8',
    '[z-a]',
    '\\p{Nowhere}',
    '(?x)a',
    '\\Z',
  ])('refuses %s', (pattern) => {
    expect(() => new Re2Pattern(pattern)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })

  it('agrees with JavaScript where both speak the same language', () => {
    const atom = fc.constantFrom('a', 'b', '[ab]', '[^a]', '(?:a|b)', '(?:ab|)', 'c')
    const piece = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{1,2}')).map(([text, times]) => text + times)
    const pattern = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 }), (source, text) => {
        expect(new Re2Pattern(source).matches(text)).toBe(new RegExp(`^(?:${source})$`, 'u').test(text))
      }),
    )
  })

  it('follows a pattern that backtracking would never finish', () => {
    expect(new Re2Pattern('(a+)+').matches(`${'a'.repeat(2000)}b`)).toBe(false)
  })

  it('matches texts of megabytes in a fraction of a second, whatever alphabet they use', () => {
    const text = `${'한글 text '.repeat(500_000)}needle${' more'.repeat(10)}`
    const started = performance.now()
    expect(new Re2Pattern('(?s).*needle.*').matches(text)).toBe(true)
    expect(new Re2Pattern('(?s).*nowhere.*').matches(text)).toBe(false)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('gives up on what would take too long, and says what it was', () => {
    const heavy = new Re2Pattern(HEAVY)
    expect(heavy.matches('a'.repeat(1_000))).toBe(false)
    expect(() => heavy.matches('a'.repeat(200_000))).toThrow(
      expect.objectContaining({ code: 'QUERY_TOO_EXPENSIVE', message: expect.stringContaining('200000 characters') }),
    )
  })

  it('asks now and then whether it shall go on', () => {
    let asked = 0
    const pattern = new Re2Pattern(HEAVY, () => {
      if (++asked === 3) throw new Error('enough')
    })
    expect(() => pattern.matches('a'.repeat(200_000))).toThrow('enough')
    expect(asked).toBe(3)
  })
})
