import { expect, it } from 'vitest'
import { Health } from './health.ts'

it('asks each part once for all who want to know at the same time, and anew for who comes later', async () => {
  const health = new Health()
  let asked = 0
  health.register('part', async () => {
    asked++
    return { ok: true }
  })
  const answers = await Promise.all([health.readiness(), health.readiness(), health.readiness()])
  expect(answers.map(({ ready }) => ready)).toEqual([true, true, true])
  expect(asked).toBe(1)
  await health.readiness()
  expect(asked).toBe(2)
})

it('is not ready from the moment it stops, also for who asked before', async () => {
  const health = new Health()
  const before = health.readiness()
  health.stopping()
  expect(await before).toMatchObject({ ready: false })
  expect(await health.readiness()).toMatchObject({ ready: false, checks: { process: { ok: false } } })
})
