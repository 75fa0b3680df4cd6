import { ClewError } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { ByteBudget, type Reservation } from '../pipeline/byte-budget.ts'
import { Patience } from './patience.ts'

const { signal } = new AbortController()

describe('Patience', () => {
  it('leaves half of the room to those who cannot wait, but takes alone what is more', () => {
    const budget = new ByteBudget(100)
    const patience = new Patience(budget)
    const first = patience.reserve(80)
    expect(() => patience.reserve(1)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
    first.release()
    patience.reserve(50)
    expect(() => patience.reserve(1)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
    expect(budget.reserve(50)).toBeDefined()
  })

  it('says for good what could never fit', () => {
    expect(() => new Patience(new ByteBudget(100)).reserve(101)).toThrow(
      expect.objectContaining({ code: 'BODY_TOO_LARGE' }),
    )
  })

  it('gives room in the order in which it was asked for, and to nobody who has not waited before', async () => {
    const budget = new ByteBudget(100)
    const patience = new Patience(budget)
    const held = patience.reserve(40)
    const order: number[] = []
    const taken: Reservation[] = []
    const waits = [30, 5, 5].map((bytes, i) =>
      patience.inTurn(() => {
        taken.push(patience.reserve(bytes))
        order.push(i)
      }, signal),
    )
    expect(() => patience.reserve(1)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
    held.release()
    await Promise.all(waits)
    expect(order).toEqual([0, 1, 2])
    for (const reservation of taken) reservation.release()
    patience.reserve(1).release()
    expect(budget.used).toBe(0)
  })

  it('goes on with the next when one that waited fails or is no longer wanted', async () => {
    const budget = new ByteBudget(100)
    const patience = new Patience(budget)
    const held = patience.reserve(50)
    const gone = new AbortController()
    const wait = patience.inTurn(() => void patience.reserve(10), gone.signal)
    const broken = patience.inTurn(() => {
      throw new ClewError('REQUEST_MALFORMED', 'in a test')
    }, signal)
    let isServed = false
    const last = patience.inTurn(() => {
      patience.reserve(10).release()
      isServed = true
    }, signal)
    gone.abort()
    await expect(wait).rejects.toMatchObject({ code: 'OVERLOADED' })
    await expect(broken).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' })
    expect(isServed).toBe(false)
    held.release()
    await last
    expect(budget.used).toBe(0)
  })

  it('lets only so many wait', async () => {
    const budget = new ByteBudget(100)
    const patience = new Patience(budget)
    const held = patience.reserve(50)
    const waits = Array.from({ length: 64 }, () => patience.inTurn(() => patience.reserve(1).release(), signal))
    await expect(patience.inTurn(() => {}, signal)).rejects.toMatchObject({ code: 'OVERLOADED' })
    held.release()
    await Promise.all(waits)
  })

  it('tries work again that found no room, and nothing else', async () => {
    const patience = new Patience(new ByteBudget(100))
    let tries = 0
    const work = async () => {
      if (++tries < 3) throw new ClewError('OVERLOADED', 'in a test')
      return 'done'
    }
    expect(await patience.untilRoom(work, signal)).toBe('done')
    const fail = async () => {
      tries++
      throw new ClewError('DISK_FULL', 'in a test')
    }
    await expect(patience.untilRoom(fail, signal)).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(tries).toBe(4)
  })
})
