// The runs of a pipeline in the order of their starts, a page at a time.
//
// Traces are found newest first, by their newest span that names the pipeline. No run begins after all such spans of its, so
// once traces down to a moment are known, every run that began after it is, and has its place:
//
//   traces found ─────────────────▶ edge          still to find
//   runs   ●  ●   ●  (begun after the edge: decided)  │  ○  ○
//
// A token names the last run of its page, and the newest span of the runs left: the next page begins its search there.
import { batchIds, type PipelineRun, type RunTrace } from '@clew/analysis'
import { compareUtf8 } from '@clew/model'
import { encodeToken, type PagePlace } from './page-token.ts'
import type { HistoryFilter } from './parameters.ts'
import { type RunFinder, type RunParts, timedOut } from './run-finder.ts'
import { doesNamePipeline, namesPipeline, toQuery } from './to-query.ts'

export interface HistoryQuestion {
  readonly pipeline: string
  readonly limit: number
  readonly filter: HistoryFilter
  readonly place: PagePlace | undefined
  /** Whether there are more runs is to be known: it costs finding one more. */
  readonly wantsToken: boolean
}

export interface HistoryPage {
  readonly runs: readonly PipelineRun[]
  /** Undefined on the last page. */
  readonly token: string | undefined
}

const MAX_UINT64 = 2n ** 64n
/** Traces of one page of the search: those at its edge are not decided yet. */
const MORE = 10
const NANOS_PER_MILLI = 1_000_000n

export async function findHistory(question: HistoryQuestion, finder: RunFinder, parts: RunParts): Promise<HistoryPage> {
  const { pipeline, limit, filter, place, wantsToken } = question
  const needed = wantsToken ? limit + 1 : limit
  const isDescending = filter.order === 'desc'
  const where = namesPipeline(pipeline, parts.keys)
  const known = new Map<string, FoundRun>()
  const earliest = filter.from === undefined ? 0n : BigInt(filter.from) * NANOS_PER_MILLI
  const to = place === undefined ? MAX_UINT64 : place.newest + 1n
  let edge = -1n
  let cursor: string | undefined
  let decided: FoundRun[] = []
  const decide = () =>
    [...known.values()].filter(
      ({ run }) => run.startUnixNano > edge && isAfter(run, place, isDescending) && fits(run, filter),
    )
  if (isDescending)
    do {
      const query = toQuery(where, limit + MORE, cursor, to)
      const page = await parts.queries.findTraces(finder.asker.tenant, query, finder.asker.signal)
      if (!page.complete) throw timedOut()
      cursor = page.cursor
      const ids = page.traces.map(({ traceId }) => traceId)
      // No more is read than is wanted: a trace may be large.
      for (let end = 0; end < ids.length && decided.length < needed; ) {
        // The last one read is the edge, where others may still be.
        const some = ids.slice(end, end + needed + 1)
        end += some.length
        const newest = await addRuns(known, await finder.read(some), question, finder, parts)
        const isLast = end === ids.length && cursor === undefined
        edge = isLast ? -1n : newest.get(some.at(-1)!)!
        decided = decide()
      }
      if (ids.length === 0) edge = -1n
    } while (cursor !== undefined && edge >= earliest && decided.length < needed)
  else {
    // The newest span of a run says nothing of how early it began: all of them have to be known.
    await addRuns(known, await finder.readAll(where), question, finder, parts)
    decided = decide()
  }
  decided.sort((a, b) => compareRuns(a.run, b.run, isDescending))
  const shown = decided.slice(0, limit).map(({ run }) => run)
  const last = shown.at(-1)
  if (decided.length <= limit || last === undefined) return { runs: shown, token: undefined }
  const left = [...known.values()].filter(({ run }) => compareRuns(run, last, isDescending) > 0)
  const newest = left.reduce((most, found) => (found.newest > most ? found.newest : most), edge)
  const next = { startUnixNano: last.startUnixNano, batchId: last.batchId, newest: newest < 0n ? 0n : newest }
  return { runs: shown, token: encodeToken(pipeline, filter, next) }
}

interface FoundRun {
  readonly run: PipelineRun
  /** Start of the newest span that names the pipeline, in the traces by which the run was found. */
  newest: bigint
}

/** Adds the runs of the pipeline that these traces have spans of; gives the newest span of each that names it. */
async function addRuns(
  known: Map<string, FoundRun>,
  traces: readonly RunTrace[],
  { pipeline }: HistoryQuestion,
  finder: RunFinder,
  { keys }: RunParts,
): Promise<ReadonlyMap<string, bigint>> {
  const newestOf = new Map<string, bigint>()
  const ofTrace = new Map<string, bigint>()
  for (const trace of traces) {
    let newest = 0n
    for (const { span } of trace.spans)
      if (span.startTimeUnixNano > newest && doesNamePipeline(span, pipeline, keys)) newest = span.startTimeUnixNano
    ofTrace.set(trace.traceId, newest)
    for (const batch of batchIds(trace)) {
      const found = known.get(batch)
      if (found !== undefined && found.newest < newest) found.newest = newest
      if (newest >= (newestOf.get(batch) ?? 0n)) newestOf.set(batch, newest)
    }
  }
  const batches = [...newestOf.keys()].filter((batch) => !known.has(batch))
  for (const run of await finder.runs(batches))
    if (run.pipelineId === pipeline) known.set(run.batchId, { run, newest: newestOf.get(run.batchId)! })
  return ofTrace
}

function fits(run: PipelineRun, { states, from, to }: HistoryFilter): boolean {
  const startMs = run.startUnixNano / NANOS_PER_MILLI
  return (
    (states.length === 0 || states.includes(run.state)) &&
    (from === undefined || startMs >= BigInt(from)) &&
    (to === undefined || startMs < BigInt(to))
  )
}

function isAfter(run: PipelineRun, place: PagePlace | undefined, isDescending: boolean): boolean {
  return place === undefined || compareRuns(run, place, isDescending) > 0
}

/** By start, then batch id. */
function compareRuns(
  a: Pick<PipelineRun, 'startUnixNano' | 'batchId'>,
  b: Pick<PipelineRun, 'startUnixNano' | 'batchId'>,
  isDescending: boolean,
): number {
  const order =
    a.startUnixNano < b.startUnixNano ? -1 : a.startUnixNano > b.startUnixNano ? 1 : compareUtf8(a.batchId, b.batchId)
  return isDescending ? -order : order
}
