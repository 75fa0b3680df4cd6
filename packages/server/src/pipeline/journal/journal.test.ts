import { describe, expect, test } from 'vitest'
import { ByteBudget } from '../byte-budget.ts'
import { batchOfIds, hexId, ManualTime, openOn, requestOf, segmentsOn, send, settled } from './journal-run-contract.ts'
import { MemoryDisk } from './memory-disk-contract.ts'
import type { SegmentSink } from './segment-sink.ts'
import { failingSink, nopSink, SlowSink, TableSink } from './sinks-contract.ts'

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
  const held = budget.reserve(9_900)
  await expect(send(pipeline, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)).rejects.toMatchObject({ code: 'OVERLOADED' })
  held.release()
  const large = pipeline.consumer.consume(batchOfIds([9], new Uint8Array(20_000)), requestOf('large'))
  await expect(large).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
  expect(budget.used).toBe(0)
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
      bytes[8] = 3
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
