// Newest first, by widening slices: see search.ts for the picture.
import { ClewError, lowHalf, NANOS_PER_MILLI } from '@clew/model'
import {
  type CandidateSlice,
  type CandidateSource,
  CandidatesBySpan,
  CandidatesByTrace,
  lastWithLow,
} from './newest-candidates.ts'
import {
  completeEntries,
  type Entry,
  evaluateTraces,
  pageEntries,
  type Search,
  type SearchPage,
} from './search-page.ts'
import { comparePlaces, type Place, placeLow } from './trace-order.ts'
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
  /** Undefined on later pages. */
  readonly #bySpan: CandidatesBySpan | undefined
  #source: CandidateSource
  /** Matching spans that are all there, because the whole trace lies in what was looked at. */
  readonly #matches = new Map<bigint, Matches>()
  readonly #notices: string[] = []
  /** Every trace up to this place is decided; undefined before the first slice. */
  #edge: Place | undefined
  #finished = false
  #complete = true

  constructor(search: Search) {
    this.#search = search
    this.#wanted = search.query.page.limit + 1
    const { after } = search
    this.#bySpan = after === undefined ? new CandidatesBySpan(search, this.#wanted) : undefined
    this.#source = this.#bySpan ?? this.#byTrace({ newest: after!.value, traceLow: placeLow(after!) })
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
    const { window } = this.#search
    let from = await this.#firstSlice()
    while (!this.#finished) {
      const slice = await this.#slice(from)
      if (slice === undefined) return
      const decided = await this.#decideInOrder(slice)
      if (this.#finished || (!slice.isFull && from <= window.from)) return
      if (!slice.isFull) from = this.#widerSlice(from, decided)
      else if (this.#source === this.#bySpan)
        this.#source = this.#byTrace({ newest: this.#bySpan.knownFrom, traceLow: undefined })
      if (this.#isOverBudget()) this.#stopEarly()
    }
  }

  async page(): Promise<SearchPage> {
    const { query, window } = this.#search
    const { limit } = query.page
    const entries = pageEntries(this.#search, this.#decided())
    const shown = entries.slice(0, limit)
    for (const { traceLow, summary } of shown) {
      const found = summary && this.#bySpan?.matches(traceLow, summary.firstStart)
      if (found !== undefined) this.#matches.set(traceLow, found)
    }
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
  async #slice(from: bigint): Promise<CandidateSlice | undefined> {
    try {
      return await this.#source.read(from)
    } catch (error) {
      if (this.#edge === undefined || !(error instanceof ClewError) || error.code !== 'QUERY_TIMED_OUT') throw error
      this.#stopEarly()
      return undefined
    }
  }

  /** Decides no more of a slice than the page needs; gives how many traces are decided then. */
  async #decideInOrder({ candidates, edge }: CandidateSlice): Promise<number> {
    for (let at = 0; ; ) {
      const next = candidates.slice(at, at + this.#wanted)
      at += next.length
      await this.#decide(next)
      this.#edge = at < candidates.length ? lastWithLow(next.at(-1)!) : edge
      const decided = pageEntries(this.#search, this.#decided()).length
      if (decided >= this.#wanted) this.#finished = true
      else if (at < candidates.length && this.#isOverBudget()) this.#stopEarly()
      if (this.#finished || at >= candidates.length) return decided
    }
  }

  /** Puts every candidate in its place: from its summary, or from its spans where that is not certain. */
  async #decide(candidates: readonly Candidate[]): Promise<void> {
    const { reader, window } = this.#search
    const open = candidates.filter((candidate) => !this.#evaluated.has(candidate.traceLow))
    if (open.length === 0) return
    const lows = open.map((candidate) => candidate.traceLow)
    const [summaries, matches] = await Promise.all([
      reader.readSummaries(window.tenant, lows, window.block).then(bySharedLow),
      this.#source === this.#bySpan ? undefined : this.#matchesAhead(open),
    ])
    const unsettled: bigint[] = []
    for (const { traceLow, newest, certain } of open) {
      const traces = summaries.get(traceLow) ?? []
      const [summary] = traces
      if (traces.length > 1) this.#shared.add(traceLow)
      if (!certain || summary === undefined || traces.length > 1) unsettled.push(traceLow)
      else {
        const place = { value: newest, traceId: summary.traceId }
        this.#entries.set(summary.traceId, { place, traceLow, summary, found: undefined })
        const found = matches?.of(summary)
        if (found !== undefined) this.#matches.set(traceLow, found)
      }
    }
    await this.#evaluate(unsettled)
  }

  /** The matching spans of candidates, asked for beside their summaries in the window in which most traces lie whole. */
  async #matchesAhead(open: readonly Candidate[]) {
    const { reader, window, plan, query } = this.#search
    const from = this.#within(open.at(-1)!.newest - MOST_TRACES_NANOS)
    const lows = open.map((candidate) => candidate.traceLow)
    const recent = { ...window, from, to: open[0]!.newest + 1n }
    const matches = await reader.findMatches(recent, plan, lows, query.spansPerTrace)
    const byLow = new Map(matches.map((found) => [found.traceLow, found]))
    return { of: ({ traceLow, firstStart }: StoredSummary) => (firstStart >= from ? byLow.get(traceLow) : undefined) }
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

  /**
   * Later pages look as far again as the ones before did: what they passed is read anyway, to know what was shown. For a
   * rare value the last minutes are not worth a statement of their own.
   */
  async #firstSlice(): Promise<bigint> {
    const { reader, window, plan, after, clock } = this.#search
    const now = BigInt(clock.nowMs()) * NANOS_PER_MILLI
    const newest = window.to < now ? window.to : now
    const top = after !== undefined && after.value < newest ? after.value : newest
    const passed = newest - top
    const isRare = plan.isIndexed && (await reader.isRare(window.tenant, plan))
    const least = isRare ? FIRST_SLICE_NANOS * BigInt(INDEXED_GROWTH) : FIRST_SLICE_NANOS
    return this.#within(top - (passed > least ? passed : least))
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

  #byTrace(place: CandidatePlace): CandidateSource {
    return new CandidatesByTrace(this.#search, this.#wanted + 1, place)
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

function bySharedLow(summaries: readonly StoredSummary[]): Map<bigint, StoredSummary[]> {
  const byLow = new Map<bigint, StoredSummary[]>()
  for (const summary of summaries) {
    const low = lowHalf(summary.traceId)
    byLow.set(low, [...(byLow.get(low) ?? []), summary])
  }
  return byLow
}
