import { describe, expect, it } from 'vitest'
import { ManualTime } from '../../pipeline/journal/journal-run-contract.ts'
import { StreamLives } from './stream-lives.ts'

describe('StreamLives', () => {
  it('ends each stream after about half a minute, those that began together apart from each other', async () => {
    const time = new ManualTime()
    const lives = new StreamLives(time)
    const started = time.nowMs()
    const ended: number[] = []
    for (let i = 0; i < 20; i++) lives.start(() => ended.push(time.nowMs() - started))
    for (let ms = 0; ms < 40_000; ms += 100) await time.advance(100)
    expect(ended).toHaveLength(20)
    expect(Math.min(...ended)).toBeGreaterThanOrEqual(27_000)
    expect(Math.max(...ended)).toBeLessThanOrEqual(33_100)
    expect(new Set(ended.map((ms) => Math.floor(ms / 1_000))).size).toBeGreaterThan(4)
  })

  it('leaves a stream alone that is over, and ends the others when all are to end', async () => {
    const time = new ManualTime()
    const lives = new StreamLives(time)
    let ended = 0
    const over = lives.start(() => ended++)
    over()
    lives.start(() => ended++)
    lives.endAll()
    expect(ended).toBe(1)
    await time.advance(60_000)
    expect(ended).toBeLessThanOrEqual(2)
  })
})
