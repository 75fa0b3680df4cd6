// Newest first, by widening slices: see search.ts for the picture.
import { ClewError, lowHalf, NANOS_PER_MILLI } from '@clew/model'
import {
  completeEntries,
  type Entry,
  evaluateTraces,
  pageEntries,
  type Search,
  type SearchPage,
} from './search-page.ts'
import { comparePlaces, type Place, placeAfterAll, placeLow } from './trace-order.ts'
import type { Candidate, CandidatePlace, Matches, StoredSummary } from './trace-reader.ts'

/** The first slice: a busy store has a page of anything common in its last minutes. */
const FIRST_SLICE_NANOS = 120_000_000_000n
/** Slices grow by what they found, within these: an empty one costs next to nothing, so the next is much wider. */
const LEAST_GROWTH = 2
const MOST_GROWTH = 8
/** What an index finds costs little however wide the slice: a value that is not in the first one is rare. */
const INDEXED_GROWTH = 512
/** Nearly all traces last less than this; the others' spans are asked for once more. */
const MOST_TRACES_NANOS = 120_000_000_000n
/** Uncertain places that a page after the first decides anew. Beyond it the answer says that it may miss some. */
const UNCERTAIN_LIMIT = 2000

export async function searchNewest(search: Search): Promise<SearchPage> {
  const progress = new NewestSearch(search)
  await progress.recallOpen()
  await progress.widen()
  return progress.page()
}

class NewestSearch {
  readonly #search: Search
  readonly #wanted: number
  /** Decided traces by id. */
  readonly #entries = new Map<string, Entry>()
  /** Low halves that were evaluated, and so are decided wherever they show up again. */
  readonly #evaluated = new Set<bigint>()
  /** Low halves that two traces share. */
  readonly #shared = new Set<bigint>()
  /** Matching spans that are all there, because the whole trace lies in the slice. */
  readonly #matches = new Map<bigint, Matches>()
  readonly #notices: string[] = []
  /** Every trace up to this place is decided; undefined before the first slice. */
  #edge: Place | undefined
  #finished = false
  #complete = true

  constructor(search: Search) {
    this.#search = search
    this.#wanted = search.query.page.limit + 1
  }

  /** On later pages: traces that look newer than the page but may not be, and those that share a low half. */
  async recallOpen(): Promise<void> {
    const { reader, window, plan, after, carried } = this.#search
    if (after === undefined) return
    const lows = new Set(carried)
    for (const low of carried) this.#shared.add(low)
    if (!plan.exact) {
      const above = { ...window, from: after.value > window.from ? after.value : window.from }
      const page = { direction: 'descending', after: undefined, limit: UNCERTAIN_LIMIT } as const
      const open = await reader.findCandidates(above, plan, { ...page, onlyUncertain: true })
      if (open.length === UNCERTAIN_LIMIT)
        this.#notices.push(`More than ${UNCERTAIN_LIMIT} traces could not be placed by the index; some may be missing.`)
      for (const candidate of open) lows.add(candidate.traceLow)
    }
    await this.#evaluate([...lows])
  }

  async widen(): Promise<void> {
    const { window, after } = this.#search
    let place: CandidatePlace | undefined = after && { newest: after.value, traceLow: placeLow(after) }
    let from = this.#firstSlice()
    while (!this.#finished) {
      const limit = this.#wanted + 1
      const candidates = await this.#candidates(from, place, limit)
      if (candidates === undefined) return
      await this.#decide(candidates)
      const last = candidates.at(-1)
      const full = candidates.length >= limit && last !== undefined
      place = full ? { newest: last.newest, traceLow: last.traceLow } : { newest: from, traceLow: undefined }
      this.#edge = full ? lastWithLow(last) : placeAfterAll(from)
      const decided = pageEntries(this.#search, this.#decided()).length
      this.#finished = decided >= this.#wanted || (!full && from <= window.from)
      if (!this.#finished && !full) from = this.#widerSlice(from, decided)
      if (!this.#finished && this.#isOverBudget()) this.#stopEarly()
    }
  }

  async page(): Promise<SearchPage> {
    const { query, window } = this.#search
    const { limit } = query.page
    const entries = pageEntries(this.#search, this.#decided())
    const shown = entries.slice(0, limit)
    const traces = await completeEntries(this.#search, shown, this.#matches)
    const hasMore = entries.length > limit
    const next = hasMore ? shown.at(-1)!.place : this.#complete ? undefined : this.#edge
    return {
      traces,
      next,
      carried: next === undefined ? [] : this.#sharedAfter(next),
      lookedBackTo: next?.value ?? window.from,
      complete: this.#complete,
      notices: this.#notices,
    }
  }

  /** Undefined when the engine's own limit of time bit after something was found already. */
  async #candidates(
    from: bigint,
    place: CandidatePlace | undefined,
    limit: number,
  ): Promise<readonly Candidate[] | undefined> {
    const { reader, window, plan } = this.#search
    const page = { direction: 'descending', after: place, limit } as const
    try {
      return await reader.findCandidates({ ...window, from }, plan, page)
    } catch (error) {
      if (this.#edge === undefined || !(error instanceof ClewError) || error.code !== 'QUERY_TIMED_OUT') throw error
      this.#stopEarly()
      return undefined
    }
  }

  /** Puts every candidate in its place: from its summary, or from its spans where that is not certain. */
  async #decide(candidates: readonly Candidate[]): Promise<void> {
    const { reader, window, plan, query } = this.#search
    const open = candidates.filter((candidate) => !this.#evaluated.has(candidate.traceLow))
    if (open.length === 0) return
    const lows = open.map((candidate) => candidate.traceLow)
    // The matching spans are asked for at the same time, in the window in which most traces lie whole.
    const recent = { ...window, from: this.#within(open.at(-1)!.newest - MOST_TRACES_NANOS), to: open[0]!.newest + 1n }
    const [summaries, matches] = await Promise.all([
      reader.readSummaries(window.tenant, lows, window.block).then(bySharedLow),
      reader.findMatches(recent, plan, lows, query.spansPerTrace),
    ])
    const byLow = new Map(matches.map((found) => [found.traceLow, found]))
    const unsettled: bigint[] = []
    for (const { traceLow, newest, certain } of open) {
      const traces = summaries.get(traceLow) ?? []
      const [summary] = traces
      if (traces.length > 1) this.#shared.add(traceLow)
      if (!certain || summary === undefined || traces.length > 1) unsettled.push(traceLow)
      else {
        const place = { value: newest, traceId: summary.traceId }
        this.#entries.set(summary.traceId, { place, traceLow, summary, found: undefined })
        const found = byLow.get(traceLow)
        if (found !== undefined && summary.firstStart >= recent.from) this.#matches.set(traceLow, found)
      }
    }
    await this.#evaluate(unsettled)
  }

  async #evaluate(traceLows: readonly bigint[]): Promise<void> {
    for (const entry of await evaluateTraces(this.#search, traceLows)) this.#entries.set(entry.place.traceId, entry)
    for (const traceLow of traceLows) this.#evaluated.add(traceLow)
  }

  /** Entries whose place can no longer change. */
  #decided(): Entry[] {
    const edge = this.#edge
    return [...this.#entries.values()].filter(
      ({ place }) => edge !== undefined && comparePlaces(place, edge, 'descending') <= 0,
    )
  }

  /** Shared low halves with a trace still to come: the index shows only the newer of the two. */
  #sharedAfter(next: Place): bigint[] {
    const open = [...this.#entries.values()].filter(({ place }) => comparePlaces(place, next, 'descending') > 0)
    return [...new Set(open.map((entry) => entry.traceLow))].filter((low) => this.#shared.has(low))
  }

  /** Later pages look as far again as the ones before did: what they passed is read anyway, to know what was shown. */
  #firstSlice(): bigint {
    const { window, after, clock } = this.#search
    const now = BigInt(clock.nowMs()) * NANOS_PER_MILLI
    const newest = window.to < now ? window.to : now
    const top = after !== undefined && after.value < newest ? after.value : newest
    const passed = newest - top
    return this.#within(top - (passed > FIRST_SLICE_NANOS ? passed : FIRST_SLICE_NANOS))
  }

  #widerSlice(from: bigint, decided: number): bigint {
    const { window, after, clock } = this.#search
    const now = BigInt(clock.nowMs()) * NANOS_PER_MILLI
    const start = after === undefined || after.value > window.to ? window.to : after.value
    const top = start < now ? start : now
    const most = this.#search.plan.isIndexed ? INDEXED_GROWTH : MOST_GROWTH
    const needed = decided === 0 ? most : Math.ceil((1.5 * this.#wanted) / decided)
    const growth = BigInt(Math.min(most, Math.max(LEAST_GROWTH, needed)))
    const width = top > from ? top - from : FIRST_SLICE_NANOS
    return this.#within(top - width * growth)
  }

  #within(from: bigint): bigint {
    return from > this.#search.window.from ? from : this.#search.window.from
  }

  #isOverBudget(): boolean {
    return this.#search.clock.nowMs() >= this.#search.deadlineMs
  }

  #stopEarly(): void {
    this.#complete = false
    this.#finished = true
    this.#notices.push(
      'The time for this question ran out before the whole time range was looked at; ask for the next page to go on.',
    )
  }
}

/** The place after every trace with the candidate's newest span and low half. */
function lastWithLow({ newest, traceLow }: Candidate): Place {
  return { value: newest, traceId: 'f'.repeat(16) + traceLow.toString(16).padStart(16, '0') }
}

function bySharedLow(summaries: readonly StoredSummary[]): Map<bigint, StoredSummary[]> {
  const byLow = new Map<bigint, StoredSummary[]>()
  for (const summary of summaries) {
    const low = lowHalf(summary.traceId)
    byLow.set(low, [...(byLow.get(low) ?? []), summary])
  }
  return byLow
}
