// The main case: an empty server is started, takes the whole load over plain HTTP, becomes quiet, is asked, is weighed on
// disk and is started again. One server all the way, since each step needs what the one before left.
import { ServerProcess } from '../../test/e2e/server-process.ts'
import type { BenchCase } from '../bench-case.ts'
import { diskRows, untilSizeSettles } from '../disk.ts'
import { createLoad } from '../load/load.ts'
import { memory } from '../process-figures.ts'
import type { Row } from '../report.ts'
import { round } from '../statistics.ts'
import { type IngestFigures, ingest, plainRows, sizeOf } from './ingest.ts'
import { lookUp, measureLists, measureLookUps, measureSearches } from './questions.ts'

const AFTER_LOAD_MS = 60_000
const FRESH_MS = 3000

/** Figures of plain HTTP that the other transports are compared with, when this case ran before them. */
export const plain: { figures?: IngestFigures } = {}

export const filledStore: BenchCase = {
  name: 'main',
  async run(context) {
    const load = createLoad(sizeOf(context))
    context.say(`${load.spanCount.toLocaleString('en-US')} spans in ${load.traceCount.toLocaleString('en-US')} traces`)
    const server = await ServerProcess.start({ run: 'build' })
    const servers = [server]
    try {
      const startMs = server.readyAfterMs
      await pause(FRESH_MS)
      const fresh = await memory(server.pid)
      context.say('sending over HTTP')
      const figures = await ingest(server, load, 'http')
      const loaded = performance.now()
      plain.figures = figures
      const rows = plainRows(figures)
      // A question that is answered wrongly is said, and the rest is measured all the same.
      const part = async (what: string, measure: () => Promise<Row[]>) => {
        context.say(what)
        await measure().then(
          (measured) => rows.push(...measured),
          (error: Error) => rows.push(context.failed(what, error)),
        )
      }
      await part('looking up', () => measureLookUps(server, load, context.seed))
      await part('searching', () => measureSearches(server, load, context.seed))
      await part('listing', () => measureLists(server, load))
      await pause(Math.max(0, AFTER_LOAD_MS - (performance.now() - loaded)))
      const settled = await memory(server.pid)
      await server.stop()
      const again = await ServerProcess.start({ run: 'build', dataDir: server.dataDir })
      servers.push(again)
      rows.push(startRow(startMs, again.readyAfterMs), memoryRow(fresh.residentMib, settled))
      await part('looking up after a restart', async () => [
        firstLookUpRow(await lookUp(again, load, Math.floor(load.traceCount / 2))),
      ])
      context.say('waiting until merged parts are deleted')
      await untilSizeSettles(server.dataDir)
      await again.stop()
      await part('weighing the data folder', () => diskRows(server.dataDir, load.spanCount))
      return rows
    } finally {
      for (const each of servers.reverse()) await each.remove()
    }
  },
}

function startRow(emptyMs: number, filledMs: number): Row {
  return {
    what: 'start until ready, empty; with the load stored',
    measured: `${round(emptyMs, 0)} ms; ${round(filledMs, 0)} ms`,
    goal: '≤ 1 s',
    met: emptyMs <= 1000,
    figures: { emptyMs, filledMs },
  }
}

function firstLookUpRow(ms: number): Row {
  return { what: 'first trace by id after a restart', measured: `${round(ms)} ms`, goal: '', figures: { ms } }
}

function memoryRow(freshMib: number, settled: { residentMib: number; peakMib: number }): Row {
  // MB in the goals, MiB in /proc: compare in MB.
  const [fresh, after, peak] = [freshMib, settled.residentMib, settled.peakMib].map((mib) => mib * 1.048576)
  return {
    what: 'resident memory fresh; a minute after the load; peak',
    measured: `${round(fresh!, 0)}; ${round(after!, 0)}; ${round(peak!, 0)} MB`,
    goal: '≤ 400; 550; 900 MB',
    met: fresh! <= 400 && after! <= 550 && peak! <= 900,
    figures: { freshMb: fresh!, afterMb: after!, peakMb: peak! },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
