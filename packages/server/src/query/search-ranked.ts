// Orders that need every matching trace: by a value of the whole trace, and oldest first. SQL ranks what it can settle;
// the rest is evaluated and merged in.
import type { TraceOrder } from '@clew/model'
import type { Plan } from './plan.ts'
import {
  completeEntries,
  type Entry,
  evaluateTraces,
  pageEntries,
  type Search,
  type SearchPage,
} from './search-page.ts'
import { type Place, placeLow } from './trace-order.ts'
import type { StoredSummary } from './trace-reader.ts'

/** Traces evaluated for one ranked page; beyond it only what is certain is ranked, and the answer says so. */
const EVALUATED_LIMIT = 2000

export async function searchRanked(search: Search): Promise<SearchPage> {
  const { reader, window, plan, query } = search
  const { by } = query.order
  const rank = (asked: Search, except: readonly bigint[]) =>
    by === 'newest' ? oldestFirst(asked, except) : byWholeTrace(asked, by, except)
  // Nearly always nothing is open: then the rank of all, asked for at the same time, stands.
  const [open, all] = await Promise.all([
    reader.findUnsettled(window, plan, by !== 'newest', EVALUATED_LIMIT + 1),
    rank(search, []),
  ])
  const isCut = open.length > EVALUATED_LIMIT
  const evaluatedLows = open.slice(0, EVALUATED_LIMIT)
  // Beyond the limit a trace that only may match is left out rather than shown wrongly.
  const ranked: Search = isCut ? { ...search, plan: certainOnly(plan) } : search
  const [settled, evaluated] = await Promise.all([
    open.length === 0 ? all : rank(ranked, evaluatedLows),
    evaluateTraces(search, evaluatedLows),
  ])
  const entries = pageEntries(search, [...settled, ...evaluated])
  const shown = entries.slice(0, query.page.limit)
  return {
    traces: await completeEntries(ranked, shown, new Map()),
    next: entries.length > shown.length ? shown.at(-1)!.place : undefined,
    carried: [],
    lookedBackTo: window.from,
    complete: !isCut,
    notices: isCut
      ? [`More than ${EVALUATED_LIMIT} traces could not be decided by the index; some of them may be missing here.`]
      : [],
  }
}

function certainOnly(plan: Plan): Plan {
  return { ...plan, upper: plan.lower, lower: plan.lower, exact: true }
}

async function byWholeTrace(
  search: Search,
  by: Exclude<TraceOrder['by'], 'newest'>,
  except: readonly bigint[],
): Promise<Entry[]> {
  const { reader, window, plan, query, after } = search
  const { direction } = query.order
  const summaries = await reader.rankTraces(window, plan, { by, direction, after, limit: query.page.limit + 1, except })
  return summaries.map((summary) => ({
    place: { value: summaryValue(summary, by), traceId: summary.traceId },
    traceLow: summary.traceLow,
    summary,
    found: undefined,
  }))
}

function summaryValue(summary: StoredSummary, by: Exclude<TraceOrder['by'], 'newest'>): bigint {
  if (by === 'duration') return summary.lastEnd - summary.firstStart
  return BigInt(by === 'spanCount' ? summary.spanCount : summary.errorCount)
}

async function oldestFirst(search: Search, except: readonly bigint[]): Promise<Entry[]> {
  const { reader, window, plan, query, after } = search
  const candidates = await reader.findCandidates(window, plan, {
    direction: 'ascending',
    after: after && { newest: after.value, traceLow: placeLow(after) },
    limit: query.page.limit + 1,
    except,
  })
  const lows = candidates.map((candidate) => candidate.traceLow)
  const summaries = new Map(
    (await reader.readSummaries(window.tenant, lows, window.block)).map((summary) => [summary.traceLow, summary]),
  )
  return candidates.flatMap((candidate) => {
    const summary = summaries.get(candidate.traceLow)
    if (summary === undefined) return []
    const place: Place = { value: candidate.newest, traceId: summary.traceId }
    return [{ place, traceLow: candidate.traceLow, summary, found: undefined }]
  })
}
