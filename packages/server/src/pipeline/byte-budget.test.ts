import { expect, test } from 'vitest'
import { ByteBudget } from './byte-budget.ts'

test('takes room up to the limit and refuses beyond it with a retry time', () => {
  const budget = new ByteBudget(100)
  budget.reserve(60)
  expect(() => budget.reserve(41)).toThrow(
    expect.objectContaining({
      code: 'OVERLOADED',
      retryAfterSeconds: 1,
      message: 'byte budget: 41 bytes asked, 40 of 100 free',
    }),
  )
  budget.reserve(40)
  expect(budget.used).toBe(100)
})

test('a reservation grows, keeps what it had when it may not, and gives everything back once', () => {
  const budget = new ByteBudget(100)
  const reservation = budget.reserve(10)
  reservation.grow(50)
  expect(() => reservation.grow(50)).toThrow('byte budget')
  expect(budget.used).toBe(60)
  reservation.release()
  reservation.release()
  expect(budget.used).toBe(0)
})

test('what was accepted already is held beyond the limit, and new requests feel it', () => {
  const budget = new ByteBudget(100)
  const held = budget.hold(150)
  expect(() => budget.reserve(1)).toThrow('0 of 100 free')
  held.release()
  budget.reserve(100)
})
