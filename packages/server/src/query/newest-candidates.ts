// Where a search newest first gets its candidates from, slice after slice. First from the matching spans themselves, which
// show most of what a line says; where that reads too many of one trace, and on later pages, from one row a trace.
//
//   spans, newest first   |t7 t9 t7 t7 t3 …|   candidates t7, t9, t3; whole down to the last start that was read
//   later pages           spans of traces that earlier pages showed would look like new ones: grouped by trace instead
import { compareMatchedSpans } from './assess-trace.ts'
import type { Search } from './search-page.ts'
import { type Place, placeAfterAll } from './trace-order.ts'
import type { Candidate, CandidatePlace, Matches, NewestSpan } from './trace-reader.ts'

export interface CandidateSlice {
  /** Newest first, then by low half. */
  readonly candidates: readonly Candidate[]
  /** Every candidate up to here has been given. */
  readonly edge: Place
  /** There may be more from the same start on. */
  readonly isFull: boolean
}

export interface CandidateSource {
  /** What starts at `from` or later and was not given before. */
  read(from: bigint): Promise<CandidateSlice>
}

/** One row a trace: exact for any page, at the price of a group for each trace of the slice. */
export class CandidatesByTrace implements CandidateSource {
  readonly #search: Search
  readonly #limit: number
  #place: CandidatePlace | undefined

  constructor(search: Search, limit: number, place: CandidatePlace | undefined) {
    this.#search = search
    this.#limit = limit
    this.#place = place
  }

  async read(from: bigint): Promise<CandidateSlice> {
    const { reader, window, plan } = this.#search
    const page = { direction: 'descending', after: this.#place, limit: this.#limit } as const
    const candidates = await reader.findCandidates({ ...window, from }, plan, page)
    const last = candidates.at(-1)
    const isFull = candidates.length >= this.#limit && last !== undefined
    this.#place = isFull ? { newest: last.newest, traceLow: last.traceLow } : { newest: from, traceLow: undefined }
    return { candidates, edge: isFull ? lastWithLow(last) : placeAfterAll(from), isFull }
  }
}

/** Spans read at once for a page of so many traces: nearly all traces have fewer that match. */
export function defaultSpansAtOnce(traces: number): number {
  return Math.max(1000, traces * 50)
}

/** The spans of the first page: what they say of a trace is all there is once they reach back to its start. */
export class CandidatesBySpan implements CandidateSource {
  readonly #search: Search
  readonly #limit: number
  readonly #traces = new Map<bigint, NewestSpan[]>()
  #knownFrom: bigint

  constructor(search: Search, traces: number) {
    this.#search = search
    this.#limit = search.spansAtOnce(traces)
    this.#knownFrom = search.window.to
  }

  /** Every matching span that starts here or later is known. */
  get knownFrom(): bigint {
    return this.#knownFrom
  }

  async read(from: bigint): Promise<CandidateSlice> {
    const { reader, window, plan } = this.#search
    const spans = await reader.findNewestSpans({ ...window, from, to: this.#knownFrom }, plan, this.#limit)
    const isFull = spans.length >= this.#limit
    // Of the spans that start together with the last one, some may not have been read.
    this.#knownFrom = isFull ? spans.at(-1)!.startUnixNano + 1n : from
    const shown = new Set<bigint>()
    for (const span of spans) {
      if (span.startUnixNano < this.#knownFrom) break
      const known = this.#traces.get(span.traceLow)
      if (known !== undefined) known.push(span)
      else {
        this.#traces.set(span.traceLow, [span])
        shown.add(span.traceLow)
      }
    }
    const candidates = [...shown].map((low) => candidateOf(this.#traces.get(low)!)).sort(byPlace)
    return { candidates, edge: placeAfterAll(this.#knownFrom), isFull }
  }

  /** The matching spans of a trace that started at `firstStart`; undefined when older ones may be missing. */
  matches(traceLow: bigint, firstStart: bigint): Matches | undefined {
    const spans = this.#traces.get(traceLow)
    const isWhole = firstStart >= this.#knownFrom || this.#knownFrom <= this.#search.window.from
    if (spans === undefined || !isWhole) return undefined
    return {
      traceLow,
      matched: spans.length,
      uncertain: spans.filter((span) => !span.certain).length,
      spans: spans
        .map((span) => span.read())
        .sort(compareMatchedSpans)
        .slice(0, this.#search.query.spansPerTrace),
    }
  }
}

/** Of several spans at the newest start one that is certain is enough. */
function candidateOf(spans: readonly NewestSpan[]): Candidate {
  const { traceLow, startUnixNano: newest } = spans[0]!
  return { traceLow, newest, certain: spans.some((span) => span.certain && span.startUnixNano === newest) }
}

function byPlace(a: Candidate, b: Candidate): number {
  if (a.newest !== b.newest) return a.newest > b.newest ? -1 : 1
  return a.traceLow < b.traceLow ? -1 : 1
}

/** The place after every trace with the candidate's newest span and low half. */
export function lastWithLow({ newest, traceLow }: Candidate): Place {
  return { value: newest, traceId: 'f'.repeat(16) + traceLow.toString(16).padStart(16, '0') }
}
