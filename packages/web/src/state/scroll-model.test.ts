// Laws of scrolling through any number of rows.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { physicalHeight, rowsAt, scrollTopAt, topShowing, virtualHeight, virtualTop } from './scroll-model.ts'

const model = fc.record({
  rowCount: fc.integer({ min: 0, max: 5_000_000 }),
  rowHeight: fc.integer({ min: 20, max: 40 }),
  viewport: fc.integer({ min: 100, max: 2_000 }),
})

test('the element never grows beyond what browsers can draw', () => {
  fc.assert(
    fc.property(model, (model) => {
      expect(physicalHeight(model)).toBeLessThanOrEqual(8_000_000)
    }),
  )
})

test('both ends of the scroll bar are both ends of the rows', () => {
  fc.assert(
    fc.property(model, (model) => {
      expect(virtualTop(model, 0)).toBe(0)
      const most = Math.max(0, virtualHeight(model) - model.viewport)
      expect(virtualTop(model, physicalHeight(model) - model.viewport)).toBeCloseTo(most, 3)
    }),
  )
})

test('a place in the rows is found again from its place on the scroll bar', () => {
  fc.assert(
    fc.property(model, fc.double({ min: 0, max: 1, noNaN: true }), (model, share) => {
      const top = share * Math.max(0, virtualHeight(model) - model.viewport)
      expect(virtualTop(model, scrollTopAt(model, top))).toBeCloseTo(top, 3)
    }),
  )
})

test('rows in view cover the view and a shown row is among them, whole', () => {
  fc.assert(
    fc.property(model, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (model, at, share) => {
      fc.pre(model.rowCount > 0)
      const row = at % model.rowCount
      const top = topShowing(model, share * Math.max(0, virtualHeight(model) - model.viewport), row)
      const { first, end } = rowsAt(model, top, 0)
      expect(first <= row && row < end).toBe(true)
      expect(row * model.rowHeight).toBeGreaterThanOrEqual(top - 1e-6)
      expect((row + 1) * model.rowHeight).toBeLessThanOrEqual(top + model.viewport + 1e-6)
      expect(end - first).toBeLessThanOrEqual(Math.ceil(model.viewport / model.rowHeight) + 1)
    }),
  )
})

test('showing a row that is in view moves nothing', () => {
  const rows = { rowCount: 1_000, rowHeight: 27, viewport: 540 }
  expect(topShowing(rows, 2_700, 105)).toBe(2_700)
  expect(topShowing(rows, 2_700, 99)).toBe(98 * 27)
})
