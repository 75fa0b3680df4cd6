import { describe, expect, it } from 'vitest'
import { IngestCounters } from './ingest-counters.ts'

describe('IngestCounters', () => {
  it('counts items, requests and rejections since the start', () => {
    const counters = new IngestCounters({ nowMs: () => 5_000 })
    expect(counters.snapshot('a').lastAcceptedMs).toBeUndefined()
    counters.accepted('a', 'spans', 10, 2)
    counters.accepted('a', 'logs', 5, 0)
    counters.accepted('a', 'spans', 0, 1)
    expect(counters.snapshot('a')).toMatchObject({
      spansAccepted: 10,
      logsAccepted: 5,
      requests: 3,
      rejected: 3,
      lastAcceptedMs: 5_000,
    })
  })

  it('tells a tenant nothing of another', () => {
    const counters = new IngestCounters({ nowMs: () => 5_000 })
    counters.accepted('a', 'spans', 10, 2)
    expect(counters.snapshot('b')).toEqual({
      spansAccepted: 0,
      logsAccepted: 0,
      requests: 0,
      rejected: 0,
      spansPerSecond: 0,
      lastAcceptedMs: undefined,
    })
  })

  it('gives the mean of the last five whole seconds, without the one that runs', () => {
    let now = 100_000
    const counters = new IngestCounters({ nowMs: () => now })
    for (let second = 0; second < 20; second++) {
      counters.accepted('a', 'spans', 100, 0)
      now += 1_000
    }
    counters.accepted('a', 'spans', 7_777, 0)
    expect(counters.snapshot('a').spansPerSecond).toBe(100)
    now += 3_000
    expect(counters.snapshot('a').spansPerSecond).toBe((2 * 100 + 7_777) / 5)
    now += 3_000
    expect(counters.snapshot('a').spansPerSecond).toBe(0)
  })

  it('is not confused by a clock that goes back', () => {
    let now = 100_000
    const counters = new IngestCounters({ nowMs: () => now })
    counters.accepted('a', 'spans', 100, 0)
    now = 50_000
    counters.accepted('a', 'spans', 100, 0)
    expect(counters.snapshot('a')).toMatchObject({ spansAccepted: 200, spansPerSecond: 0 })
  })
})
