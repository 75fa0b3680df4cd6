import { describe, expect, test } from 'vitest'
import { ByteBudget } from '../byte-budget.ts'
import type { Pipeline } from '../pipeline.ts'
import { batchOfIds, hexId, ManualTime, openOn, requestOf, settled } from './journal-run-contract.ts'
import { diskError, MemoryDisk } from './memory-disk-contract.ts'
import type { SealedSegment, SegmentSink } from './segment-sink.ts'
import { failingSink, nopSink, TableSink } from './sinks-contract.ts'

const segmentsOn = (disk: MemoryDisk) =>
  disk.paths().filter((path) => path.startsWith('/data/journal/') && path.endsWith('.segment'))

function send(pipeline: Pipeline, ...ids: number[]): Promise<unknown> {
  return pipeline.consumer.consume(batchOfIds(ids), requestOf(`request ${ids}`))
}

/** Keeps what it is given and stores it when told. */
class SlowSink implements SegmentSink {
  readonly given: SealedSegment[] = []
  #finish: () => void = () => {}

  write(segment: SealedSegment): Promise<void> {
    this.given.push(segment)
    return new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  async finish(): Promise<void> {
    this.#finish()
    await settled()
  }
}

describe('group commit', () => {
  test('one fsync serves every request that waits for it', async () => {
    const disk = new MemoryDisk()
    const pipeline = await openOn(disk, nopSink, new ManualTime())
    let syncs = 0
    disk.before = (operation, path) => {
      if (operation === 'sync' && path.endsWith('.segment')) syncs++
    }
    await Promise.all(Array.from({ length: 100 }, (_, id) => send(pipeline, id)))
    expect(syncs).toBe(2)
  })

  test('nobody is answered before the fsync', async () => {
    const disk = new MemoryDisk()
    const pipeline = await openOn(disk, nopSink, new ManualTime())
    await send(pipeline, 0)
    disk.before = (operation) => {
      if (operation === 'sync') disk.die()
    }
    let answered = false
    void send(pipeline, 1).then(() => {
      answered = true
    })
    await settled()
    expect(answered).toBe(false)
    expect(segmentsOn(disk)).toHaveLength(1)
  })
})

describe('a segment is sealed', () => {
  test('when it is old enough and the store has nothing else to do', async () => {
    const time = new ManualTime()
    const sink = new SlowSink()
    const pipeline = await openOn(new MemoryDisk(), sink, time)
    await send(pipeline, 1)
    await time.advance(699)
    expect(sink.given).toHaveLength(0)
    await time.advance(1)
    expect(sink.given.map(({ items }) => items)).toEqual([1])
    await send(pipeline, 2)
    await time.advance(5_000)
    await send(pipeline, 3)
    expect(sink.given).toHaveLength(1)
    await sink.finish()
    expect(sink.given.map(({ items }) => items)).toEqual([1, 2])
  })

  test('before it has more items than a block takes', async () => {
    const sink = new TableSink(new MemoryDisk())
    const given: number[] = []
    sink.write = async ({ items }) => void given.push(items)
    const pipeline = await openOn(new MemoryDisk(), sink, new ManualTime(), { limits: { segmentItems: 10 } })
    await send(pipeline, 1, 2, 3, 4, 5, 6)
    await send(pipeline, 7, 8, 9)
    await send(pipeline, 10, 11)
    await send(pipeline, ...Array.from({ length: 25 }, (_, i) => 100 + i))
    await pipeline.stop()
    expect(given).toEqual([9, 2, 25])
  })

  test('before it has more bytes than it may', async () => {
    const given: number[] = []
    const sink: SegmentSink = { write: async ({ items }) => void given.push(items) }
    const pipeline = await openOn(new MemoryDisk(), sink, new ManualTime(), { limits: { segmentBytes: 500 } })
    for (const id of [1, 2, 3, 4, 5]) await send(pipeline, id)
    await pipeline.stop()
    expect(given.reduce((sum, items) => sum + items, 0)).toBe(5)
    expect(given.length).toBeGreaterThan(1)
  })

  test('at midnight UTC, so that a block belongs to one day', async () => {
    const time = new ManualTime(Date.UTC(2026, 10, 1, 23, 59, 59, 900))
    const disk = new MemoryDisk()
    const sink = new TableSink(disk)
    const pipeline = await openOn(disk, sink, time)
    const before = [send(pipeline, 1), send(pipeline, 2)]
    await time.advance(100)
    await Promise.all([...before, send(pipeline, 3)])
    await pipeline.stop()
    const first = Math.floor(Date.UTC(2026, 10, 1) / 86_400_000)
    expect(sink.segments.map(({ storedDay, items }) => [storedDay, items])).toEqual([
      [first, 2],
      [first + 1, 1],
    ])
  })
})

test('segments reach the store in order, under numbers that rise', async () => {
  const disk = new MemoryDisk()
  const sink = new TableSink(disk)
  const pipeline = await openOn(disk, sink, new ManualTime(), { limits: { segmentItems: 1 } })
  await Promise.all([1, 2, 3, 4, 5].map((id) => send(pipeline, id)))
  await pipeline.stop()
  expect(sink.stored).toEqual([1, 2, 3, 4, 5].map(hexId))
  const blocks = sink.segments.map(({ block }) => block)
  expect(blocks).toEqual([...blocks].sort((a, b) => (a < b ? -1 : 1)))
})

describe('a store that refuses', () => {
  test('gets a segment three times, then it is set aside and the next goes on', async () => {
    const disk = new MemoryDisk()
    const sink = new TableSink(disk)
    const time = new ManualTime()
    const pipeline = await openOn(disk, sink, time, { limits: { segmentItems: 1 } })
    let tries = 0
    let poisoned: bigint | undefined
    sink.beforeTable = (table, { block }) => {
      poisoned ??= block
      if (table !== 'spans' || block !== poisoned) return
      tries++
      throw new Error('cannot parse')
    }
    await Promise.all([send(pipeline, 1), send(pipeline, 2)])
    await time.advance(10_000)
    expect(tries).toBe(3)
    expect(sink.stored).toEqual([hexId(2)])
    expect(pipeline.journal.state()).toMatchObject({ quarantined: 1, segmentsWaiting: 0, storeFailure: undefined })
    expect(disk.paths().filter((path) => path.startsWith('/data/quarantine/'))).toHaveLength(1)
    // It was acknowledged: sending it again does not store it either.
    expect(await send(pipeline, 1)).toEqual({ repeated: true, warnings: [] })
    const again = await openOn(disk.reborn('durable'), sink.survivor(disk), time)
    expect(again.journal.state().quarantined).toBe(1)
  })

  test('says nothing about a segment while it takes nothing at all', async () => {
    const disk = new MemoryDisk()
    const sink = new TableSink(disk)
    const time = new ManualTime()
    const pipeline = await openOn(disk, sink, time)
    sink.available = false
    sink.beforeTable = () => {
      if (!sink.available) throw new Error('connection refused')
    }
    await send(pipeline, 1)
    await time.advance(600_000)
    expect(pipeline.journal.state()).toMatchObject({ quarantined: 0, storeFailure: 'connection refused' })
    sink.available = true
    await time.advance(20_000)
    expect(sink.stored).toEqual([hexId(1)])
  })

  test('leaves its segments for the next start when Clew stops', async () => {
    const disk = new MemoryDisk()
    const time = new ManualTime()
    const pipeline = await openOn(disk, failingSink('no'), time)
    await send(pipeline, 1)
    await pipeline.stop()
    expect(segmentsOn(disk)).toHaveLength(1)
    const sink = new TableSink(disk)
    const again = await openOn(disk, sink, time)
    await again.journal.replayed()
    expect(sink.stored).toEqual([hexId(1)])
    expect(again.journal.state().replayDone).toBe(true)
  })

  test('may fall behind by the backlog and no further', async () => {
    const time = new ManualTime()
    const sink = new SlowSink()
    const limits = { segmentItems: 1, backlogBytes: 1_000 }
    const pipeline = await openOn(new MemoryDisk(), sink, time, { limits })
    let accepted = 0
    const refusal = await (async () => {
      for (let id = 1; ; id++) {
        try {
          await send(pipeline, id)
          accepted++
        } catch (error) {
          return error
        }
      }
    })()
    expect(refusal).toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 5 })
    expect(accepted).toBeGreaterThan(2)
    for (let i = 0; i < accepted; i++) await sink.finish()
    await send(pipeline, 1_000)
  })
})

describe('a full disk', () => {
  test('below the reserve nothing new is taken, and there is no restart needed when there is room again', async () => {
    const disk = new MemoryDisk()
    const time = new ManualTime()
    disk.free = 10_000
    const pipeline = await openOn(disk, nopSink, time, { diskReserveBytes: 9_000 })
    await send(pipeline, 1)
    disk.free = 9_000
    await time.advance(1_000)
    await expect(send(pipeline, 2)).rejects.toMatchObject({ code: 'DISK_FULL', retryAfterSeconds: 10 })
    disk.free = 8_000
    await time.advance(1_000)
    pipeline.journal.state()
    await settled()
    expect(pipeline.journal.state().refusing).toContain('8000 bytes free, a reserve of 9000 is kept')
    disk.free = 20_000
    await time.advance(1_000)
    await send(pipeline, 2)
    expect(pipeline.journal.state().refusing).toBeUndefined()
  })

  test('without room for a write the request is refused and the next one that fits is taken', async () => {
    const disk = new MemoryDisk()
    const time = new ManualTime()
    const sink = new TableSink(disk)
    const pipeline = await openOn(disk, sink, time)
    await send(pipeline, 1)
    disk.before = (operation, path) => {
      if (operation === 'write') throw diskError('ENOSPC', path)
    }
    await expect(send(pipeline, 2)).rejects.toMatchObject({ code: 'DISK_FULL' })
    disk.before = () => {}
    await settled()
    await send(pipeline, 2)
    await pipeline.stop()
    expect(sink.stored).toEqual([hexId(1), hexId(2)])
  })
})

test('a failed fsync is final for its file: refused, and what was acknowledged before is stored from a copy', async () => {
  const disk = new MemoryDisk()
  const sink = new TableSink(disk)
  const time = new ManualTime()
  const pipeline = await openOn(disk, sink, time)
  await send(pipeline, 1)
  const [path] = segmentsOn(disk)
  const operations: string[] = []
  disk.before = (operation, at) => {
    operations.push(`${operation} ${at === path}`)
    if (operation === 'sync' && at === path) throw diskError('EIO', at)
  }
  await expect(send(pipeline, 2)).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE', retryAfterSeconds: 2 })
  await settled()
  expect(pipeline.journal.state().refusing).toBeUndefined()
  await send(pipeline, 2)
  await pipeline.stop()
  expect(operations.filter((operation) => operation === 'sync true')).toHaveLength(1)
  expect(sink.stored).toEqual([hexId(1), hexId(2)])
})

test('nothing is taken while a failed write cannot be undone', async () => {
  const disk = new MemoryDisk()
  const time = new ManualTime()
  const pipeline = await openOn(disk, nopSink, time)
  await send(pipeline, 1)
  disk.before = (_, path) => {
    throw diskError('EIO', path)
  }
  await expect(send(pipeline, 2)).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' })
  await time.advance(60_000)
  expect(pipeline.journal.state().refusing).toContain('EIO')
  await expect(send(pipeline, 2)).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' })
  disk.before = () => {}
  await time.advance(1_000)
  await send(pipeline, 2)
})

test('room in the byte budget is held for what is in memory and given back', async () => {
  const disk = new MemoryDisk()
  const budget = new ByteBudget(10_000)
  const sink = new SlowSink()
  const time = new ManualTime()
  const pipeline = await openOn(disk, sink, time, { budget })
  const sent = send(pipeline, 1)
  expect(budget.used).toBeGreaterThan(0)
  expect(pipeline.journal.state().bytesUnsynced).toBeGreaterThan(0)
  await sent
  expect(budget.used).toBe(0)
  await time.advance(1_000)
  expect(budget.used).toBe(pipeline.journal.state().bytesWaiting)
  await sink.finish()
  expect(budget.used).toBe(0)
  const large = pipeline.consumer.consume(batchOfIds([9], new Uint8Array(20_000)), requestOf('large'))
  await expect(large).rejects.toMatchObject({ code: 'OVERLOADED' })
})

describe('at start', () => {
  test('removes left-over temporary files and segments without a record', async () => {
    const disk = new MemoryDisk()
    for (const name of ['0000000000000009.segment', '0000000000000001.segment.tmp', 'block-counter.tmp']) {
      const file = await disk.create(`/data/journal/${name}`)
      await file.write([Buffer.from('left over')])
    }
    const pipeline = await openOn(disk, nopSink, new ManualTime())
    expect(disk.paths().filter((path) => /segment|tmp/.test(path))).toEqual([])
    expect(pipeline.journal.state().replayDone).toBe(true)
  })

  test('sets a damaged record aside and stores the others', async () => {
    const disk = new MemoryDisk()
    const time = new ManualTime()
    const first = await openOn(disk, failingSink('not yet'), time)
    for (const id of [1, 2, 3]) await send(first, id)
    const found = disk.reborn()
    const path = segmentsOn(found)[0]!
    found.corrupt(path, (bytes) => {
      bytes[bytes.indexOf(Buffer.from(hexId(2), 'hex'))] = 0xff
      return bytes
    })
    const sink = new TableSink(found)
    const pipeline = await openOn(found, sink, time)
    await pipeline.journal.replayed()
    expect(sink.stored).toEqual([hexId(1), hexId(3)])
    expect(pipeline.journal.state().quarantined).toBe(1)
    expect(found.paths().filter((candidate) => candidate.endsWith('.record'))).toHaveLength(1)
  })

  test('refuses a segment of a newer format', async () => {
    const disk = new MemoryDisk()
    const time = new ManualTime()
    const first = await openOn(disk, failingSink('not yet'), time)
    await send(first, 1)
    const found = disk.reborn()
    found.corrupt(segmentsOn(found)[0]!, (bytes) => {
      bytes[8] = 2
      return bytes
    })
    await expect(openOn(found, nopSink, time)).rejects.toMatchObject({ code: 'DATA_FOLDER_NEWER' })
  })

  test('knows how the last run ended', async () => {
    const disk = new MemoryDisk()
    const time = new ManualTime()
    const first = await openOn(disk, nopSink, time)
    expect(first.journal.lastStop).toBe('clean')
    const second = await openOn(disk.reborn(), nopSink, time)
    expect(second.journal.lastStop).toBe('process')
    await first.stop()
    expect((await openOn(disk, nopSink, time)).journal.lastStop).toBe('clean')
    const rebooted = disk.reborn('durable')
    rebooted.corrupt('/data/journal/running', () => Buffer.from('another boot'))
    expect((await openOn(rebooted, nopSink, time)).journal.lastStop).toBe('machine')
  })
})

describe('stop', () => {
  test('answers who waits, stores everything, and refuses what comes later', async () => {
    const disk = new MemoryDisk()
    const sink = new TableSink(disk)
    const pipeline = await openOn(disk, sink, new ManualTime())
    const waiting = send(pipeline, 1)
    await Promise.all([pipeline.stop(), pipeline.stop()])
    await waiting
    expect(sink.stored).toEqual([hexId(1)])
    await expect(send(pipeline, 2)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
  })

  test('ends the wait for a replay that the store does not take', async () => {
    const disk = new MemoryDisk()
    const time = new ManualTime()
    await send(await openOn(disk, failingSink('no'), time), 1)
    const again = await openOn(disk.reborn(), failingSink('still no'), time)
    const replayed = again.journal.replayed()
    await again.stop()
    await replayed
    expect(again.journal.state().replayDone).toBe(false)
  })
})
