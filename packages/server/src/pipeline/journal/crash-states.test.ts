// Every state a crash or a failing disk can leave: a run of requests is stopped at each operation of the disk and of the
// sink in turn, or that operation fails; then a new process finds what survived and the senders send again.
import { describe, expect, test } from 'vitest'
import { hexId, ManualTime, openOn, sendUntilAnswered, settled } from './journal-run-contract.ts'
import { diskError, MemoryDisk, type Survival } from './memory-disk-contract.ts'
import { TableSink } from './sinks-contract.ts'

const IDS = [1, 2, 3, 4, 5, 6, 7, 8]
/** Small segments, so that a run has several and the sink works while requests come. */
const LIMITS = { segmentItems: 3, segmentBytes: 1e6, sealAfterMs: 700, backlogBytes: 1e6 }

/** Sends all ids in three waves and notes in `answered` who got an answer. Ends when nothing more can happen. */
async function run(disk: MemoryDisk, sink: TableSink, answered: Set<number>, opened: () => void): Promise<void> {
  const time = new ManualTime()
  let ended = false
  void openOn(disk, sink, time, { limits: LIMITS }).then(async (pipeline) => {
    opened()
    for (const wave of [IDS.slice(0, 2), IDS.slice(2, 5), IDS.slice(5)])
      await Promise.all(wave.map((id) => sendUntilAnswered(pipeline, id, time).then(() => answered.add(id))))
    await pipeline.stop()
    ended = true
  })
  await settled()
  for (let seconds = 0; seconds < 90 && !ended && !disk.isDead; seconds++) await time.advance(1_000)
}

/** The next process: everybody sends again, also those who have their answer. Each id must be in every table once. */
async function checkAfter(
  disk: MemoryDisk,
  old: TableSink,
  answered: ReadonlySet<number>,
  mayQuarantine = false,
): Promise<void> {
  const sink = old.survivor(disk)
  const time = new ManualTime()
  const pipeline = await openOn(disk, sink, time, { limits: LIMITS })
  await settled()
  await time.advance(2_000)
  for (const rows of sink.rows.values())
    for (const id of answered) expect(rows, `acknowledged ${id} after the restart`).toContain(hexId(id))
  const all = Promise.all(IDS.map((id) => sendUntilAnswered(pipeline, id, time)))
  await settled()
  await time.advance(10_000)
  await all
  await pipeline.stop()
  for (const [table, rows] of sink.rows) expect([...rows].sort(), table).toEqual(IDS.map(hexId))
  if (!mayQuarantine) expect(pipeline.journal.state().quarantined).toBe(0)
  expect(disk.paths().filter((path) => path.endsWith('.segment') || path.endsWith('.tmp'))).toEqual([])
}

/** Runs with `at` called with the number of each step; gives the number of steps, and of those until it was open. */
async function stepped(at: (step: number, disk: MemoryDisk, path: string) => void, available = true) {
  const disk = new MemoryDisk()
  const sink = new TableSink(disk)
  const answered = new Set<number>()
  let steps = 0
  let stepsToOpen = 0
  sink.available = available
  disk.before = (_, path) => at(steps++, disk, path)
  sink.beforeTable = async () => {
    at(steps++, disk, 'table')
    // A dead disk answers nobody, and so does a dead sink.
    await disk.list('/')
  }
  await run(disk, sink, answered, () => {
    stepsToOpen = steps
  })
  return { disk, sink, answered, steps, stepsToOpen }
}

/** Numbers 0 to 1 that are the same in every run of the test. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const { steps: STEPS, stepsToOpen: OPENED } = await stepped(() => {})

test('a run without any failure stores everything once', async () => {
  const { disk, sink, answered } = await stepped(() => {})
  expect(answered.size).toBe(IDS.length)
  await checkAfter(disk, sink, answered)
})

describe('killed at any step', () => {
  const survivals: [string, (step: number) => Survival][] = [
    ['only the process', () => 'everything'],
    ['the machine, and nothing unsynced survives', () => 'durable'],
    ['the machine, and parts of what is unsynced survive', (step) => seeded(step)],
    ['the machine, and other parts survive', (step) => seeded(1_000_003 * step)],
  ]
  test.each(survivals)('%s: nothing acknowledged is lost, nothing is doubled', async (_, survival) => {
    for (let step = 0; step < STEPS; step++) {
      const { disk, sink, answered } = await stepped((at, running) => {
        if (at === step) running.die()
      })
      // Pages of a last record that never reached the disk look like damage: it is kept to be looked at, not stored.
      const mayQuarantine = typeof survival(step) === 'function'
      await checkAfter(disk.reborn(survival(step)), sink, answered, mayQuarantine)
    }
  })
})

describe('a disk that fails at any step', () => {
  test.each([
    ['once with EIO', 1, 'EIO'],
    ['once with ENOSPC', 1, 'ENOSPC'],
    ['five times in a row', 5, 'EIO'],
    ['forty times in a row', 40, 'EIO'],
  ])('%s: senders are refused or served, nothing is lost or doubled', async (_, times, code) => {
    for (let step = OPENED; step < STEPS; step++) {
      const { disk, sink, answered } = await stepped((at, __, path) => {
        if (at >= step && at < step + times && path !== 'table') throw diskError(code, path)
      }, false)
      expect(answered.size).toBe(IDS.length)
      await checkAfter(disk.reborn('durable'), sink, answered)
    }
  })
})
