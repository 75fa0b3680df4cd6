import { describe, expect, it } from 'vitest'
import { BlockMemory } from './block-memory.ts'

class Run {
  nowMs = 0
  asked = 0
  readonly memory = new BlockMemory<number>({ nowMs: () => this.nowMs })
  readonly read = (key: string, block: bigint) => this.memory.read(key, block, async () => ++this.asked)
}

describe('BlockMemory', () => {
  it('asks once for as long as no block comes', async () => {
    const run = new Run()
    expect([await run.read('a', 1n), await run.read('a', 1n), await run.read('b', 1n)]).toEqual([1, 1, 2])
    expect(await run.read('a', 2n)).toBe(3)
  })

  it('asks again after a second, since retention takes data away without a block', async () => {
    const run = new Run()
    await run.read('a', 1n)
    run.nowMs = 1000
    expect(await run.read('a', 1n)).toBe(2)
  })

  it('does not remember a failure', async () => {
    const run = new Run()
    const failing = () => Promise.reject(new Error('engine gone'))
    await expect(run.memory.read('a', 1n, failing)).rejects.toThrow('engine gone')
    expect(await run.read('a', 1n)).toBe(1)
  })

  it('forgets the oldest of many questions', async () => {
    const run = new Run()
    for (let i = 0; i <= 256; i++) await run.read(String(i), 1n)
    expect(run.memory.get('0', 1n)).toBeUndefined()
    expect(await run.memory.get('256', 1n)).toBe(257)
  })
})
