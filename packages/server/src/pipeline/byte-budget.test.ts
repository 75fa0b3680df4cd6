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

test('what an empty budget could not hold is refused for good, other reservations of the same request counted in', () => {
  const budget = new ByteBudget(100)
  const tooLarge = expect.objectContaining({ code: 'BODY_TOO_LARGE', message: expect.stringContaining('byte_budget') })
  expect(() => budget.reserve(101)).toThrow(tooLarge)
  const body = budget.reserve(60)
  const columns = budget.reserve(30, body.bytes)
  expect(() => columns.grow(11)).toThrow(tooLarge)
  columns.grow(10)
  expect(() => budget.reserve(1)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
})

test('a part of a reservation can be given back, never more than it has', () => {
  const budget = new ByteBudget(100)
  const reservation = budget.reserve(60)
  reservation.shrink(20)
  expect([budget.used, reservation.bytes]).toEqual([40, 40])
  reservation.shrink(50)
  reservation.release()
  expect(budget.used).toBe(0)
})
