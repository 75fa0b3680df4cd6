// What dialects ask: every read goes through here, one place that bounds how much runs at once and for how long.
import {
  type Clock,
  type Expression,
  type LogRecord,
  lowHalf,
  NANOS_PER_MILLI,
  systemClock,
  type TimeRange,
  type TraceQuery,
} from '@clew/model'
import { FairShare } from '../fair-share.ts'
import type { FoundTrace } from './assess-trace.ts'
import {
  type FoundIntegrationErrors,
  findIntegrationErrors,
  type IntegrationErrorQuestion,
} from './integration-errors.ts'
import { planExpression } from './plan.ts'
import { type FoundTraces, type SearchOptions, searchTraces } from './search.ts'
import { type StoredSpan, withoutRepeats } from './stored-span.ts'
import type {
  AttributeKey,
  AttributeValues,
  CatalogFilter,
  Operation,
  ServiceCount,
  ServiceValue,
  StatsRange,
  TraceReader,
} from './trace-reader.ts'

export interface QueryServiceOptions {
  readonly clock?: Clock
  /** How long a search widens before it answers with what it has. */
  readonly searchBudgetMs?: number
  readonly spansAtOnce?: SearchOptions['spansAtOnce']
  /** Questions of one tenant at a time, and in line behind them. */
  readonly running?: number
  readonly waiting?: number
}

/** Log records of one answer; more are said to be there. */
export const LOG_LIMIT = 10_000
/** Pairs of service and text; further ones are not told. */
export const SERVICE_VALUE_LIMIT = 100_000
const DEFAULT_BUDGET_MS = 8_000
const DEFAULT_RUNNING = 8
const DEFAULT_WAITING = 64
/** So many tenants may use all of their places at the same time. */
const TENANTS_AT_ONCE = 2

const NEW_WITHIN_NANOS = 3_600_000_000_000n
const NEW_LIMIT = 20

/** One trace as stored, before anything is decoded; a span that came several times is in it once. */
export interface StoredTrace {
  readonly traceId: string
  readonly spans: readonly StoredSpan[]
  /** How many further copies of its spans came. */
  readonly repeatedSpans: number
}

export interface FoundLogs {
  readonly logs: readonly LogRecord[]
  /** There are more than are given. */
  readonly isCut: boolean
}

/**
 * All methods reject with TOO_MANY_QUERIES, QUERY_TIMED_OUT, QUERY_TOO_EXPENSIVE or STORE_UNAVAILABLE, and with CANCELLED
 * when their `signal` is aborted: then nobody waits for the answer, and what runs for it is stopped.
 */
export class QueryService {
  readonly #reader: TraceReader
  readonly #clock: Clock
  readonly #search: SearchOptions
  readonly #places: FairShare

  constructor(reader: TraceReader, options: QueryServiceOptions = {}) {
    this.#reader = reader
    this.#clock = options.clock ?? systemClock
    this.#search = {
      clock: this.#clock,
      budgetMs: options.searchBudgetMs ?? DEFAULT_BUDGET_MS,
      ...(options.spansAtOnce && { spansAtOnce: options.spansAtOnce }),
    }
    const each = options.running ?? DEFAULT_RUNNING
    const total = TENANTS_AT_ONCE * each
    this.#places = new FairShare({ total, each, waiting: options.waiting ?? DEFAULT_WAITING })
  }

  /** Throws INVALID_ARGUMENT and INVALID_CURSOR as well. */
  findTraces(tenant: string, query: TraceQuery, signal?: AbortSignal): Promise<FoundTraces> {
    const options = signal === undefined ? this.#search : { ...this.#search, signal }
    return this.#ask(tenant, signal, (reader) => searchTraces(reader, tenant, query, options))
  }

  /**
   * All traces that any of the ids name, in one read: by all 32 digits, or by the 16 of the low half, which several traces
   * may share. Empty when there are none.
   */
  async traces(tenant: string, ids: readonly string[], signal?: AbortSignal): Promise<readonly StoredTrace[]> {
    const lows = [...new Set(ids.map(lowHalf))]
    const spans = await this.#ask(tenant, signal, (reader) => reader.readSpans(tenant, lows))
    const traces = new Map<string, StoredSpan[]>()
    for (const span of spans) {
      if (!ids.some((id) => span.traceId.endsWith(id))) continue
      const trace = traces.get(span.traceId)
      if (trace === undefined) traces.set(span.traceId, [span])
      else trace.push(span)
    }
    return [...traces].map(([traceId, stored]) => {
      const once = withoutRepeats(stored)
      return { traceId, spans: once, repeatedSpans: stored.length - once.length }
    })
  }

  /** Those of the traces that may have a span in the time range that `where` selects: too many perhaps, never too few. */
  async tracesWith(
    tenant: string,
    ids: readonly string[],
    { where, timeRange }: { readonly where: Expression; readonly timeRange: TimeRange },
    signal?: AbortSignal,
  ): Promise<readonly string[]> {
    const lows = [...new Set(ids.map(lowHalf))]
    const found = await this.#ask(tenant, signal, (reader) => {
      const window = { tenant, ...timeRange, block: reader.highestBlock }
      return reader.findMatches(window, planExpression(where), lows, 0)
    })
    const matching = new Set(found.map(({ traceLow }) => traceLow))
    return ids.filter((id) => matching.has(lowHalf(id)))
  }

  /**
   * Low halves (16 digits) of the traces that may have a span that `where` selects, whenever it began: too many perhaps,
   * never too few, and at most `limit`. One statement, where a search looks back step by step.
   */
  async allTracesWith(
    tenant: string,
    where: Expression,
    limit: number,
    signal?: AbortSignal,
  ): Promise<readonly string[]> {
    const candidates = await this.#ask(tenant, signal, (reader) => {
      const window = { tenant, from: 0n, to: 2n ** 64n, block: reader.highestBlock }
      return reader.findCandidates(window, planExpression(where), { direction: 'descending', after: undefined, limit })
    })
    return candidates.map(({ traceLow }) => traceLow.toString(16).padStart(16, '0'))
  }

  services(tenant: string, range: StatsRange, signal?: AbortSignal): Promise<readonly ServiceCount[]> {
    return this.#ask(tenant, signal, (reader) => reader.services(tenant, range))
  }

  operations(tenant: string, service: string, range: StatsRange, signal?: AbortSignal): Promise<readonly Operation[]> {
    return this.#ask(tenant, signal, (reader) => reader.operations(tenant, service, range))
  }

  attributeKeys(tenant: string, filter: CatalogFilter, signal?: AbortSignal): Promise<readonly AttributeKey[]> {
    return this.#ask(tenant, signal, (reader) => reader.attributeKeys(tenant, filter))
  }

  attributeValues(tenant: string, key: string, filter: CatalogFilter, signal?: AbortSignal): Promise<AttributeValues> {
    return this.#ask(tenant, signal, (reader) => reader.attributeValues(tenant, key, filter))
  }

  /** Which services have which texts in an attribute of their resource: at most SERVICE_VALUE_LIMIT. */
  serviceValues(tenant: string, key: string, signal?: AbortSignal): Promise<readonly ServiceValue[]> {
    return this.#ask(tenant, signal, (reader) => reader.serviceValues(tenant, key, SERVICE_VALUE_LIMIT))
  }

  /** Of a trace (32 digits), or of one of its spans. */
  async logs(tenant: string, traceId: string, spanId?: string, signal?: AbortSignal): Promise<FoundLogs> {
    const logs = await this.#ask(tenant, signal, (reader) => reader.logs(tenant, traceId, spanId, LOG_LIMIT + 1))
    return { logs: logs.slice(0, LOG_LIMIT), isCut: logs.length > LOG_LIMIT }
  }

  logCounts(tenant: string, traceId: string, signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return this.#ask(tenant, signal, (reader) => reader.logCounts(tenant, traceId))
  }

  /** What was wrong inside requests that were accepted, newest first. Throws INVALID_CURSOR as well. */
  integrationErrors(
    tenant: string,
    question: IntegrationErrorQuestion,
    signal?: AbortSignal,
  ): Promise<FoundIntegrationErrors> {
    return this.#ask(tenant, signal, (reader) => findIntegrationErrors(reader, tenant, question))
  }

  /** Traces of the last hour with spans that came after a block, newest first. */
  async newTraces(tenant: string, afterBlock: bigint): Promise<readonly FoundTrace[]> {
    const now = BigInt(this.#clock.nowMs()) * NANOS_PER_MILLI
    const query: TraceQuery = {
      timeRange: { from: now - NEW_WITHIN_NANOS, to: 2n ** 64n },
      stages: [{ kind: 'filter', spanset: { kind: 'spans', where: { kind: 'all' } } }],
      order: { by: 'newest', direction: 'descending' },
      page: { limit: NEW_LIMIT, cursor: undefined },
      totals: false,
      spansPerTrace: 1,
    }
    const options = { ...this.#search, afterBlock }
    return (await this.#ask(tenant, undefined, (reader) => searchTraces(reader, tenant, query, options))).traces
  }

  #ask<T>(tenant: string, signal: AbortSignal | undefined, work: (reader: TraceReader) => Promise<T>): Promise<T> {
    const asker = signal === undefined ? { tenant } : { tenant, signal }
    return this.#places.run(tenant, () => work(this.#reader.askedBy(asker)), signal)
  }

  /** The highest block that questions can see. */
  get highestBlock(): bigint {
    return this.#reader.highestBlock
  }
}
