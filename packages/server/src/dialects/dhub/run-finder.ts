// Finds the runs of one question: which traces have spans of a batch, what they say together. Traces are read once a
// question, and no more of them than fit the bounds: beyond them the question is refused, not answered in part.
import {
  batchIds,
  type PipelineKeys,
  type PipelineRun,
  type RunSpan,
  type RunTrace,
  runsOfBatch,
  runTrace,
  stepSpans,
} from '@clew/analysis'
import { ClewError, type Clock, type Expression, MARK, NANOS_PER_MILLI } from '@clew/model'
import type { QueryService } from '../../query/query-service.ts'
import type { Asker } from '../../query/trace-reader.ts'
import { decodeStored, inPieces } from '../read-trace.ts'
import { isOfBatch } from './to-query.ts'

export interface RunParts {
  readonly queries: QueryService
  readonly clock: Clock
  readonly keys: PipelineKeys
  readonly staleAfterMs: number
}

/** Spans and traces that one question reads. */
const MAX_SPANS = 100_000
const MAX_TRACES = 10_000
const LOW_DIGITS = 16
/** Batches of one search, traces of one read. */
const BATCHES_AT_ONCE = 100
const TRACES_AT_ONCE = 100

export class RunFinder {
  readonly #parts: RunParts
  readonly #asker: Required<Asker>
  /** By the low half of their ids, which two may share. */
  readonly #traces = new Map<string, RunTrace[]>()
  readonly #ofBatch = new Map<string, RunTrace[]>()
  #spans = 0
  /** Stored spans that could not be read. */
  unreadable = 0

  constructor(parts: RunParts, asker: Required<Asker>) {
    this.#parts = parts
    this.#asker = asker
  }

  get asker(): Required<Asker> {
    return this.#asker
  }

  /** The runs of these batches, one for each pipeline that uses the batch. */
  async runs(batches: readonly string[]): Promise<readonly PipelineRun[]> {
    await this.#readBatches(batches)
    const { keys, clock, staleAfterMs } = this.#parts
    const now = {
      nowUnixNano: BigInt(clock.nowMs()) * NANOS_PER_MILLI,
      staleAfterNano: BigInt(staleAfterMs) * NANOS_PER_MILLI,
    }
    return batches.flatMap((batch) => runsOfBatch(batch, this.#ofBatch.get(batch) ?? [], keys, now))
  }

  async steps(batch: string): Promise<ReturnType<typeof stepSpans>> {
    await this.#readBatches([batch])
    return stepSpans(batch, this.#ofBatch.get(batch) ?? [])
  }

  /** The traces with these ids, or low halves of ids. Throws QUERY_TOO_EXPENSIVE. */
  async read(ids: readonly string[]): Promise<readonly RunTrace[]> {
    const { queries, keys } = this.#parts
    const lows = [...new Set(ids.map((id) => id.slice(-LOW_DIGITS)))]
    const missing = lows.filter((low) => !this.#traces.has(low))
    if (this.#traces.size + missing.length > MAX_TRACES) throw tooMany()
    for (const some of inParts(missing, TRACES_AT_ONCE)) {
      for (const low of some) this.#traces.set(low, [])
      for (const { traceId, spans } of await queries.traces(this.#asker.tenant, some, this.#asker.signal)) {
        this.#spans += spans.length
        if (this.#spans > MAX_SPANS) throw tooMany()
        this.#keep(runTrace(traceId, await this.#decode(spans), keys))
      }
    }
    return lows.flatMap((low) => this.#traces.get(low)!)
  }

  /** All traces with such a span. Throws QUERY_TOO_EXPENSIVE. */
  async readAll(where: Expression): Promise<readonly RunTrace[]> {
    return this.read(await this.#find(where))
  }

  async #readBatches(batches: readonly string[]): Promise<void> {
    const found: string[] = []
    for (const some of inParts(batches, BATCHES_AT_ONCE))
      found.push(...(await this.#find(isOfBatch(some, this.#parts.keys))))
    await this.read(found)
  }

  #find(where: Expression): Promise<readonly string[]> {
    return this.#parts.queries.allTracesWith(this.#asker.tenant, where, MAX_TRACES + 1, this.#asker.signal)
  }

  #keep(trace: RunTrace): void {
    this.#traces.get(trace.traceId.slice(-LOW_DIGITS))!.push(trace)
    for (const batch of batchIds(trace)) this.#ofBatch.set(batch, [...(this.#ofBatch.get(batch) ?? []), trace])
  }

  async #decode(stored: readonly Parameters<typeof decodeStored>[0][]): Promise<RunSpan[]> {
    const spans: RunSpan[] = []
    for await (const piece of inPieces(stored, (span) => span))
      for (const one of piece) {
        try {
          spans.push({ span: decodeStored(one), hasEnd: (one.marks & MARK.endAbsent) === 0 })
        } catch (error) {
          if (!(error instanceof ClewError)) throw error
          this.unreadable++
        }
      }
    return spans
  }
}

/** The time of a search ran out: half of the runs are no history. */
export function timedOut(): ClewError {
  return new ClewError('QUERY_TIMED_OUT', 'runs: the time for this question ran out; ask for fewer, or later')
}

function tooMany(): ClewError {
  return new ClewError(
    'QUERY_TOO_EXPENSIVE',
    `runs: expected at most ${MAX_SPANS} spans in ${MAX_TRACES} traces, got more; ask for fewer with limit`,
  )
}

function inParts<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}
