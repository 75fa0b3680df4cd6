// How many traces and spans match. Exact when every trace is decided: by SQL, or, where SQL cannot, by its spans.
import { ClewError } from '@clew/model'
import { evaluateTraces, type Search } from './search-page.ts'

export interface SearchTotals {
  readonly traces: number
  readonly spans: number
  /** False when the numbers are bounds from above. */
  readonly exact: boolean
}

/** More undecided traces than this are not read for a total. */
const EVALUATED_LIMIT = 500

/** Undefined, with the search itself unharmed, when counting would take too much. */
export async function countTotals(search: Search): Promise<SearchTotals | undefined> {
  const { reader, window, plan, query } = search
  try {
    // Nearly always nothing is open: then the count of all, asked for at the same time, is the answer.
    const [open, all] = await Promise.all([
      reader.findUnsettled(window, plan, false, EVALUATED_LIMIT + 1),
      reader.countMatches(window, plan, []),
    ])
    if (open.length === 0 || open.length > EVALUATED_LIMIT) return { ...all, exact: open.length === 0 }
    const [others, evaluated] = await Promise.all([
      reader.countMatches(window, plan, open),
      evaluateTraces({ ...search, query: { ...query, spansPerTrace: 0 } }, open),
    ])
    return {
      traces: others.traces + evaluated.length,
      spans: evaluated.reduce((sum, { found }) => sum + found!.matchedSpans, others.spans),
      exact: true,
    }
  } catch (error) {
    if (error instanceof ClewError && (error.code === 'QUERY_TIMED_OUT' || error.code === 'QUERY_TOO_EXPENSIVE'))
      return undefined
    throw error
  }
}
