import { beforeEach, describe, expect, it } from 'vitest'
import { MergePause } from './merge-pause.ts'

describe('merges', () => {
  let told: boolean[]
  let merges: MergePause
  beforeEach(() => {
    told = []
    merges = new MergePause({
      async pauseMerges(paused) {
        told.push(paused)
      },
    })
  })

  it('go on while blocks come one by one or in a short burst', async () => {
    for (const hasWaited of [false, true, false, false, true, false]) await merges.beforeBlock(hasWaited)
    expect(told).toEqual([])
  })

  it('wait while the store is behind, and no longer', async () => {
    for (let block = 0; block < 5; block++) await merges.beforeBlock(true)
    expect(told).toEqual([true])
    await merges.end()
    expect(told).toEqual([true, false])
  })

  it('go on when too many parts have gathered', async () => {
    for (let block = 0; block < 30; block++) await merges.beforeBlock(true)
    expect(told).toEqual([true, false])
    await merges.beforeBlock(false)
    await merges.end()
    expect(told).toEqual([true, false])
  })

  it('are paused again after an engine that refused', async () => {
    let refuses = true
    merges = new MergePause({
      async pauseMerges(paused) {
        if (refuses) throw new Error('not now')
        told.push(paused)
      },
    })
    await merges.beforeBlock(true)
    await expect(merges.beforeBlock(true)).rejects.toThrow('not now')
    refuses = false
    await merges.beforeBlock(true)
    expect(told).toEqual([true])
  })
})
