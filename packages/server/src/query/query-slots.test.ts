import { describe, expect, it } from 'vitest'
import { QuerySlots } from './query-slots.ts'

/** Work that ends when it is told to. */
function openWork() {
  let finish: () => void = () => undefined
  let started = false
  const promise = new Promise<void>((resolve) => {
    finish = resolve
  })
  const work = () => {
    started = true
    return promise
  }
  return { work, finish, hasStarted: () => started }
}

describe('QuerySlots', () => {
  it('runs some, lets some wait in order, and refuses the rest', async () => {
    const slots = new QuerySlots({ running: 1, waiting: 1 })
    const [first, second] = [openWork(), openWork()]
    const running = slots.run('a', first.work)
    const waiting = slots.run('a', second.work)
    await expect(slots.run('a', () => Promise.resolve())).rejects.toMatchObject({
      code: 'TOO_MANY_QUERIES',
      retryAfterSeconds: 1,
    })
    expect([first.hasStarted(), second.hasStarted()]).toEqual([true, false])
    first.finish()
    await running
    second.finish()
    await waiting
    expect(await slots.run('a', () => Promise.resolve('free again'))).toBe('free again')
  })

  it('keeps tenants apart', async () => {
    const slots = new QuerySlots({ running: 1, waiting: 0 })
    const busy = openWork()
    const running = slots.run('a', busy.work)
    expect(await slots.run('b', () => Promise.resolve('answered'))).toBe('answered')
    busy.finish()
    await running
  })

  it('frees the place of work that fails', async () => {
    const slots = new QuerySlots({ running: 1, waiting: 0 })
    await expect(slots.run('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await slots.run('a', () => Promise.resolve(1))).toBe(1)
  })
})
