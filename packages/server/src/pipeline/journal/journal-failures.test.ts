import { ClewError } from '@clew/model'
import { describe, expect, test } from 'vitest'
import { hexId, ManualTime, openOn, segmentsOn, send, settled } from './journal-run-contract.ts'
import { diskError, MemoryDisk } from './memory-disk-contract.ts'
import { failingSink, nopSink, SlowSink, TableSink } from './sinks-contract.ts'

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
    await pipeline.journal.stop()
    // It is offered once more at every start, after what came before it, and no table gets it twice.
    const refusing = disk.reborn('durable')
    const refused = sink.survivor(refusing)
    refused.beforeTable = (table) => {
      if (table === 'spans') throw new Error('cannot parse')
    }
    const second = await openOn(refusing, refused, time)
    await settled()
    await time.advance(10_000)
    expect(second.journal.state()).toMatchObject({ quarantined: 1, replayDone: true })
    await second.journal.stop()
    const mended = refusing.reborn('durable')
    const taking = refused.survivor(mended)
    const third = await openOn(mended, taking, time)
    await send(third, 3)
    await time.advance(10_000)
    expect(third.journal.state()).toMatchObject({ quarantined: 0, segmentsWaiting: 0 })
    for (const [table, rows] of taking.rows)
      expect([...rows].sort(), table).toEqual(table === 'logs' ? rows : [hexId(1), hexId(2), hexId(3)])
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

  test('for a reason that passes keeps the segment, however often', async () => {
    const disk = new MemoryDisk()
    const sink = new TableSink(disk)
    const time = new ManualTime()
    const pipeline = await openOn(disk, sink, time)
    const reasons = [
      'JOURNAL_UNAVAILABLE',
      'OVERLOADED',
      'QUERY_TOO_EXPENSIVE',
      'DISK_FULL',
      'QUERY_TIMED_OUT',
    ] as const
    let tries = 0
    sink.beforeTable = () => {
      const code = reasons[tries++]
      if (code !== undefined) throw new ClewError(code, 'not now')
    }
    await send(pipeline, 1)
    await time.advance(600_000)
    expect(pipeline.journal.state().quarantined).toBe(0)
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
