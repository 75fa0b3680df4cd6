// The query string of the page and the views that are read from it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery, printQuery } from './query-text.ts'
import { changed, isFiltered, parseSearchView, searchPath } from './search-view.ts'
import { parseTraceView, parseWindow, printWindow } from './trace-view.ts'

const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => value.trim() === value && value !== '')

describe('query text', () => {
  test('whatever is printed is parsed back, single and repeated', () => {
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(text, fc.array(text, { minLength: 2 }))), (record) => {
        expect(parseQuery(printQuery(record))).toEqual({ ...record })
      }),
    )
  })

  test('keeps what a person reads readable', () => {
    expect(printQuery({ attribute: ['http.route = /scan'], from: '-1h', to: undefined })).toBe(
      '?attribute=http.route+%3D+/scan&from=-1h',
    )
  })
})

describe('search view', () => {
  test('every view comes back from the address it is printed to', () => {
    const view = fc.record(
      {
        service: text,
        operation: text,
        kind: fc.constantFrom('server', 'client'),
        status: fc.constantFrom('ok', 'error'),
        minDuration: fc.constantFrom('100ms', '1.5s'),
        attribute: fc.array(text, { minLength: 1, maxLength: 3 }),
        text,
        from: fc.constantFrom('-15m', '0'),
        order: fc.constantFrom('duration', 'errors'),
        direction: fc.constant('ascending'),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(view, (view) => {
        expect(parseSearchView(parseQuery(printQuery(view)))).toEqual({ ...view })
      }),
    )
  })

  test('drops what it does not know, so that a mistyped link still opens', () => {
    expect(parseSearchView({ kind: 'sever', order: 'random', page: '7', service: ' ', colour: 'red' })).toEqual({})
  })

  test('asks for the last hour, with totals and the spans that match', () => {
    expect(searchPath({ service: 'a b', cursor: 'x', page: 2 })).toBe(
      '/clew/v1/search?from=-1h&service=a+b&cursor=x&limit=30&totals=true&spansPerTrace=3',
    )
  })

  test('a changed question starts at its first page', () => {
    expect(changed({ service: 'a', cursor: 'x', page: 2 }, { status: 'error' })).toEqual({
      service: 'a',
      status: 'error',
    })
  })

  test('time and order are no filters', () => {
    expect(isFiltered({ from: '0', order: 'duration' })).toBe(false)
    expect(isFiltered({ text: 'timeout' })).toBe(true)
  })
})

describe('trace view', () => {
  test('reads spans, depth and window', () => {
    const view = parseTraceView({ span: 'ab', depth: '0', toggled: ['x', 'y'], tab: 'nonsense' })
    expect(view).toEqual({ span: 'ab', depth: 0, toggled: ['x', 'y'] })
  })

  test('a window is what was printed, clipped to the trace; anything else is the whole trace', () => {
    expect(parseWindow('100-400', 1_000)).toEqual({ from: 100, to: 400 })
    expect(parseWindow('100-4000', 1_000)).toEqual({ from: 100, to: 1_000 })
    expect(parseWindow('400-100', 1_000)).toEqual({ from: 0, to: 1_000 })
    expect(parseWindow(undefined, 0)).toEqual({ from: 0, to: 1 })
    expect(printWindow({ from: 0, to: 1_000 }, 1_000)).toBeUndefined()
    expect(printWindow({ from: 99.5, to: 400.2 }, 1_000)).toBe('99-401')
  })
})
