// The search of Zipkin: candidates come newest first from one condition on single spans, are kept where the other
// conditions are met by some span, then read whole and decided on the very spans that the answer gives.
//
//   names as stored ─▶ conditions ─▶ candidates, a page at a time ─▶ have all else? ─▶ read, TraceMatcher ─▶ enough
import { type Clock, MAX_UINT64, NANOS_PER_MILLI, type TimeRange, type TraceQuery } from '@clew/model'
import type { FoundTrace } from '../../query/assess-trace.ts'
import type { QueryService, StoredTrace } from '../../query/query-service.ts'
import { inPieces } from '../read-trace.ts'
import { keptSpan } from './kept-span.ts'
import type { QueryRequest } from './query-request.ts'
import { type NamesAsked, type SpanConditions, toConditions } from './to-query.ts'
import { lookUpId } from './trace-ids.ts'
import { TraceMatcher } from './trace-matcher.ts'

export interface SearchParts {
  readonly queries: QueryService
  readonly clock: Clock
  /** How long a search goes on before it answers with what it has found. */
  readonly budgetMs: number
  readonly strict: boolean
}

export interface Asker {
  readonly tenant: string
  readonly signal: AbortSignal
}

export interface FoundZipkinTraces {
  /** Newest first by the begin of the trace; with loose ids several may be one. */
  readonly traces: readonly (readonly StoredTrace[])[]
  /** What cut the answer, in words; undefined where all was looked at that it needs. */
  readonly notice: string | undefined
}

/** Candidates looked at together. */
const MAX_CANDIDATES = 200
/** Looked at for each trace asked for, where further conditions will leave some out. */
const CANDIDATES_PER_TRACE = 4
/** Traces read at once: enough to share a read, few enough to hold their spans. */
const READ_AT_ONCE = 32
/** Bytes of spans that one answer holds. */
const MAX_ANSWER_BYTES = 128 * 2 ** 20
const ALL_TIME = { from: undefined, to: undefined } as const

interface Match {
  readonly traces: readonly StoredTrace[]
  readonly timestamp: bigint
}

/** Throws what questions throw. */
export async function findTraces(request: QueryRequest, asker: Asker, parts: SearchParts): Promise<FoundZipkinTraces> {
  const names = await namesAsked(request, asker, parts.queries)
  if (names.services?.length === 0 || names.spans?.length === 0) return { traces: [], notice: undefined }
  const search = new Search(request, toConditions(request, names), asker, parts)
  const notice = await search.run()
  const byTime = search.matches.sort((a, b) => (a.timestamp < b.timestamp ? 1 : Number(a.timestamp > b.timestamp) * -1))
  return { traces: byTime.map(({ traces }) => traces), notice }
}

/** Services, and span names of them, that are the asked ones but for their case. */
async function namesAsked(request: QueryRequest, asker: Asker, queries: QueryService): Promise<NamesAsked> {
  const { serviceName, spanName } = request
  if (serviceName === undefined) return { services: undefined, spans: undefined }
  const services = await storedServices(serviceName, asker, queries)
  if (spanName === undefined) return { services, spans: undefined }
  const { tenant, signal } = asker
  const operations = await Promise.all(services.map((service) => queries.operations(tenant, service, ALL_TIME, signal)))
  const spans = operations.flat().filter(({ name }) => name.toLowerCase() === spanName)
  return { services, spans: [...new Set(spans.map(({ name }) => name))] }
}

/** The stored services whose name is this one in lower case. */
export async function storedServices(
  serviceName: string,
  { tenant, signal }: Asker,
  queries: QueryService,
): Promise<readonly string[]> {
  const services = await queries.services(tenant, ALL_TIME, signal)
  return services.map(({ name }) => name).filter((name) => name.toLowerCase() === serviceName)
}

class Search {
  readonly matches: Match[] = []
  readonly #request: QueryRequest
  readonly #conditions: SpanConditions
  readonly #asker: Asker
  readonly #parts: SearchParts
  readonly #seen = new Set<string>()
  #bytes = 0

  constructor(request: QueryRequest, conditions: SpanConditions, asker: Asker, parts: SearchParts) {
    this.#request = request
    this.#conditions = conditions
    this.#asker = asker
    this.#parts = parts
  }

  /** Gives what cut the answer, if anything did. */
  async run(): Promise<string | undefined> {
    const { queries, clock, budgetMs } = this.#parts
    const { limit } = this.#request
    const { tenant, signal } = this.#asker
    const lastMs = clock.nowMs() + budgetMs
    const { others } = this.#conditions
    let size = Math.min(MAX_CANDIDATES, others.length === 0 ? limit : CANDIDATES_PER_TRACE * limit)
    let cursor: string | undefined
    do {
      const page = await queries.findTraces(tenant, this.#query(size, cursor), signal)
      await this.#take(page.traces)
      if (this.matches.length >= limit) return undefined
      if (this.#bytes > MAX_ANSWER_BYTES)
        return `The traces of this answer are large: these are ${this.matches.length}, and there may be more.`
      cursor = page.cursor
      if (!page.complete || (cursor !== undefined && clock.nowMs() >= lastMs))
        return `Time ran out: spans that began before ${isoTime(page.lookedBackTo)} were not all looked at.`
      size = Math.min(MAX_CANDIDATES, 2 * size)
    } while (cursor !== undefined)
    return undefined
  }

  #query(limit: number, cursor: string | undefined): TraceQuery {
    const { rarest: where, timeRange } = this.#conditions
    return {
      timeRange,
      stages: [{ kind: 'filter', spanset: { kind: 'spans', where } }],
      order: { by: 'newest', direction: 'descending' },
      page: { limit, cursor },
      totals: false,
      spansPerTrace: 0,
    }
  }

  async #take(found: readonly FoundTrace[]): Promise<void> {
    const { strict } = this.#parts
    const candidates = found.filter((trace) => this.#mayBegin(trace))
    // With loose ids another criterion may be met under another id.
    const ids = strict ? await this.#withOthers(candidates) : candidates.map(({ traceId }) => traceId)
    const lookUps = [...new Set(ids.map((id) => lookUpId(id, strict)))].filter((id) => !this.#seen.has(id))
    for (let i = 0; i < lookUps.length; i += READ_AT_ONCE) {
      if (this.matches.length >= this.#request.limit || this.#bytes > MAX_ANSWER_BYTES) return
      await this.#read(lookUps.slice(i, i + READ_AT_ONCE))
    }
  }

  /** Those with spans that meet all other conditions, looked for only while the candidates ran. */
  async #withOthers(candidates: readonly FoundTrace[]): Promise<readonly string[]> {
    let ids: readonly string[] = candidates.map(({ traceId }) => traceId)
    const timeRange = extentOf(candidates)
    for (const where of this.#conditions.others) {
      if (ids.length === 0) break
      const { tenant, signal } = this.#asker
      ids = await this.#parts.queries.tracesWith(tenant, ids, { where, timeRange }, signal)
    }
    return ids
  }

  async #read(lookUps: readonly string[]): Promise<void> {
    const { tenant, signal } = this.#asker
    const stored = await this.#parts.queries.traces(tenant, lookUps, signal)
    for (const id of lookUps) {
      this.#seen.add(id)
      if (this.matches.length >= this.#request.limit) return
      const traces = stored.filter(({ traceId }) => traceId.endsWith(id))
      const matcher = new TraceMatcher(this.#request)
      for (const { spans } of traces)
        for await (const piece of inPieces(spans, (span) => span)) for (const span of piece) matcher.add(keptSpan(span))
      if (!matcher.matches) continue
      this.matches.push({ traces, timestamp: matcher.timestamp! })
      for (const { spans } of traces) for (const { bytes } of spans) this.#bytes += bytes.length
    }
  }

  /** Not where all of its spans begin too late, or have ended too early; with loose ids it may have others. */
  #mayBegin({ startUnixNano, durationNano }: FoundTrace): boolean {
    if (!this.#parts.strict) return true
    const { endTs, lookback } = this.#request
    const latest = (endTs + 1n) * NANOS_PER_MILLI
    return startUnixNano < latest && startUnixNano + durationNano >= (endTs - lookback) * NANOS_PER_MILLI
  }
}

/** From the first start to after the last; of none, nothing. */
function extentOf(traces: readonly FoundTrace[]): TimeRange {
  let [from, to] = [MAX_UINT64, 0n]
  for (const { startUnixNano, durationNano } of traces) {
    if (startUnixNano < from) from = startUnixNano
    if (startUnixNano + durationNano >= to) to = startUnixNano + durationNano + 1n
  }
  return { from, to }
}

function isoTime(nanos: bigint): string {
  return new Date(Number(nanos / NANOS_PER_MILLI)).toISOString()
}
