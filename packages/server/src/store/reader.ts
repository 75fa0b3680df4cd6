// The reading half of the store: runs the compiled statements and turns their columns into what questions ask for.
import { decodeLogRecord } from '@clew/codecs'
import { hexFromBytes, type LogRecord } from '@clew/model'
import type { Plan } from '../query/plan.ts'
import type { StoredOrigin, StoredSpan } from '../query/stored-span.ts'
import type {
  Asker,
  AttributeKey,
  AttributeValues,
  Candidate,
  CandidatePage,
  CatalogFilter,
  MatchCount,
  Matches,
  NewestSpan,
  Operation,
  PlacedLog,
  RankPage,
  ScopeLogs,
  SearchWindow,
  ServiceCount,
  ServiceValue,
  StatsRange,
  StoredSummary,
  TraceReader,
} from '../query/trace-reader.ts'
import {
  compileAttributeKeys,
  compileAttributeValues,
  compileLogCounts,
  compileLogs,
  compileServiceValues,
  compileSpans,
  VALUE_LIMIT,
} from './compile-lookup.ts'
import type { CompiledPlan } from './compile-predicate.ts'
import {
  compileCandidates,
  compileCount,
  compileMatches,
  compileNewestSpans,
  compileRank,
  compileUnsettled,
} from './compile-query.ts'
import { compileScopeLogs } from './compile-scope-logs.ts'
import type { Questions } from './engine.ts'
import { highestPiece, joinPieces, type Pieces } from './join-pieces.ts'
import { ManyValuedKeys } from './many-valued-keys.ts'
import type { NativeResult } from './native-result.ts'
import { OriginCache, originOf } from './origin-cache.ts'
import { OriginSets } from './origin-sets.ts'
import { PieceCache } from './piece-cache.ts'
import { hex, readMatches, readNewestSpans, traceIdAt } from './read-rows.ts'
import { readRanked } from './read-summaries.ts'
import { ServiceLists } from './service-lists.ts'
import { SummaryReader } from './summary-reader.ts'

/** Where the reader learns up to which block all tables are whole: the writer. */
export interface BlockWatermark {
  readonly highestBlock: bigint
}

/** What all askers share; what one of them needs of it is read for all, and so not ended when he goes away. */
interface Caches {
  readonly origins: OriginCache
  readonly originSets: OriginSets
  readonly pieces: PieceCache
  readonly summaries: SummaryReader
  readonly lists: ServiceLists
  readonly manyValued: ManyValuedKeys
}

export class StoreReader implements TraceReader {
  readonly #engine: Questions
  readonly #watermark: BlockWatermark
  readonly #caches: Caches

  constructor(engine: Questions, watermark: BlockWatermark, caches: Caches = cachesOf(engine)) {
    this.#engine = engine
    this.#watermark = watermark
    this.#caches = caches
  }

  askedBy(asker: Asker): StoreReader {
    const engine = this.#engine
    const asked: Questions = { query: (question, limits) => engine.query(question, limits, asker) }
    return new StoreReader(asked, this.#watermark, this.#caches)
  }

  get highestBlock(): bigint {
    return this.#watermark.highestBlock
  }

  async findCandidates(window: SearchWindow, plan: Plan, page: CandidatePage): Promise<readonly Candidate[]> {
    const compiled = await this.#compile(window, plan)
    const result = await this.#engine.query(compileCandidates(window, compiled, page))
    const [traceLow, newest, certain] = [result.column('trace_low'), result.column('newest'), result.column('certain')]
    return Array.from({ length: result.rows }, (_, row) => ({
      traceLow: traceLow.bigint(row),
      newest: newest.bigint(row),
      certain: certain.number(row) !== 0,
    }))
  }

  async findNewestSpans(window: SearchWindow, plan: Plan, limit: number): Promise<readonly NewestSpan[]> {
    const compiled = await this.#compile(window, plan)
    return readNewestSpans(await this.#engine.query(compileNewestSpans(window, compiled, limit)), compiled.exact)
  }

  async findMatches(
    window: SearchWindow,
    plan: Plan,
    traceLows: readonly bigint[],
    spansPerTrace: number,
  ): Promise<readonly Matches[]> {
    if (traceLows.length === 0) return []
    const compiled = await this.#compile(window, plan)
    return readMatches(await this.#engine.query(compileMatches(window, compiled, traceLows, spansPerTrace)))
  }

  async readSummaries(tenant: string, traceLows: readonly bigint[], block: bigint): Promise<readonly StoredSummary[]> {
    if (traceLows.length === 0) return []
    return this.#caches.summaries.read(this.#engine, tenant, traceLows, block)
  }

  async readSpans(tenant: string, traceLows: readonly bigint[], block?: bigint): Promise<readonly StoredSpan[]> {
    if (traceLows.length === 0) return []
    const result = await this.#engine.query(compileSpans(tenant, traceLows, block))
    const [origins, pieces] = await Promise.all([this.#originsOf(tenant, result), this.#piecesOf(tenant, result)])
    const column = (name: string) => result.column(name)
    const [origin, marks, dictionary] = [column('origin'), column('marks'), column('dictionary')]
    const [traceHigh, traceLow, start, elapsed] = [
      column('trace_high'),
      column('trace_low'),
      column('start'),
      column('elapsed'),
    ]
    const [pieceNumbers, values] = [column('pieces'), column('values')]
    const spans: StoredSpan[] = []
    for (let row = 0; row < result.rows; row++) {
      const traceId = traceIdAt(result, row)
      const bytes = joinPieces(
        {
          traceHigh: traceHigh.bigint(row),
          traceLow: traceLow.bigint(row),
          start: start.bigint(row),
          elapsed: elapsed.bigint(row),
          pieces: pieceNumbers.bytes(row),
          values: values.bytes(row),
        },
        pieces.get(dictionary.bigint(row))!,
      )
      spans.push({
        // Rows of a trace come together: they share one text.
        traceId: spans.at(-1)?.traceId === traceId ? spans.at(-1)!.traceId : traceId,
        spanId: hexFromBytes(values.bytes(row), 0, 8),
        origin: originOf(origins, origin.bigint(row)),
        marks: marks.number(row),
        bytes,
      })
      if (spans.length % ROWS_AT_ONCE === 0) await new Promise(setImmediate)
    }
    return spans
  }

  async findUnsettled(
    window: SearchWindow,
    plan: Plan,
    wholeTrace: boolean,
    limit: number,
  ): Promise<readonly bigint[]> {
    const result = await this.#engine.query(
      compileUnsettled(window, await this.#compile(window, plan), wholeTrace, limit),
    )
    const traceLow = result.column('trace_low')
    return Array.from({ length: result.rows }, (_, row) => traceLow.bigint(row))
  }

  async countMatches(window: SearchWindow, plan: Plan, except: readonly bigint[]): Promise<MatchCount> {
    const result = await this.#engine.query(compileCount(window, await this.#compile(window, plan), except))
    return { traces: result.column('traces').number(0), spans: result.column('spans').number(0) }
  }

  async rankTraces(window: SearchWindow, plan: Plan, page: RankPage): Promise<readonly StoredSummary[]> {
    const compiled = await this.#compile(window, plan)
    return readRanked(await this.#engine.query(compileRank(window, compiled, page)))
  }

  services(tenant: string, range: StatsRange): Promise<readonly ServiceCount[]> {
    return this.#caches.lists.services(tenant, range, this.highestBlock)
  }

  operations(tenant: string, service: string, range: StatsRange): Promise<readonly Operation[]> {
    return this.#caches.lists.operations(tenant, service, range, this.highestBlock)
  }

  isRare(tenant: string, plan: Plan): Promise<boolean> {
    return this.#caches.manyValued.some(tenant, plan.valueKeys)
  }

  async attributeKeys(tenant: string, filter: CatalogFilter): Promise<readonly AttributeKey[]> {
    const result = await this.#engine.query(compileAttributeKeys(tenant, filter))
    const [scope, key, types] = [result.column('scope'), result.column('key'), result.column('types')]
    return Array.from({ length: result.rows }, (_, row) => ({
      scope: scope.text(row),
      key: key.text(row),
      types: types.array(row).map(String).sort(),
    }))
  }

  async attributeValues(tenant: string, key: string, filter: CatalogFilter): Promise<AttributeValues> {
    const result = await this.#engine.query(compileAttributeValues(tenant, key, filter))
    const [type, value, many] = [result.column('type'), result.column('value'), result.column('is_many')]
    const rows = Array.from({ length: result.rows }, (_, row) => row)
    const listed = rows.filter((row) => many.number(row) === 0)
    return {
      values: listed.slice(0, VALUE_LIMIT).map((row) => ({ type: type.text(row), value: value.text(row) })),
      many: listed.length < rows.length || listed.length > VALUE_LIMIT,
    }
  }

  async serviceValues(tenant: string, key: string, limit: number): Promise<readonly ServiceValue[]> {
    const result = await this.#engine.query(compileServiceValues(tenant, key, limit))
    const [service, value] = [result.column('service'), result.column('value')]
    return Array.from({ length: result.rows }, (_, row) => ({ service: service.text(row), value: value.text(row) }))
  }

  async logs(
    tenant: string,
    traceId: string,
    spanId: string | undefined,
    limit: number,
  ): Promise<readonly LogRecord[]> {
    const result = await this.#engine.query(compileLogs(tenant, traceId, spanId, limit))
    const origin = result.column('origin')
    const otlp = result.column('otlp')
    const origins = await this.#originsOf(tenant, result)
    return Array.from({ length: result.rows }, (_, row) =>
      decodeLogRecord(otlp.bytes(row), originOf(origins, origin.bigint(row))),
    )
  }

  async logCounts(tenant: string, traceId: string): Promise<ReadonlyMap<string, number>> {
    const result = await this.#engine.query(compileLogCounts(tenant, traceId))
    const [spanId, records] = [result.column('span_id'), result.column('records')]
    return new Map(Array.from({ length: result.rows }, (_, row) => [hex(spanId.bigint(row)), records.number(row)]))
  }

  async scopeLogs(tenant: string, question: ScopeLogs): Promise<readonly PlacedLog[]> {
    const result = await this.#engine.query(compileScopeLogs(tenant, question))
    const [time, record, origin, otlp] = ['time', 'record', 'origin', 'otlp'].map((name) => result.column(name))
    const origins = await this.#originsOf(tenant, result)
    return Array.from({ length: result.rows }, (_, row) => ({
      log: decodeLogRecord(otlp!.bytes(row), originOf(origins, origin!.bigint(row))),
      place: { time: time!.bigint(row), record: record!.bigint(row) },
    }))
  }

  #compile({ tenant }: SearchWindow, plan: Plan): Promise<CompiledPlan> {
    return this.#caches.originSets.compile(tenant, plan, this.highestBlock)
  }

  /** The pieces of each dictionary that the rows refer to. */
  async #piecesOf(tenant: string, result: NativeResult): Promise<ReadonlyMap<bigint, Pieces>> {
    const [day, dictionary, pieces] = ['stored_day', 'dictionary', 'pieces'].map((name) => result.column(name))
    const needed = new Map<bigint, { storedDay: number; highest: number }>()
    for (let row = 0; row < result.rows; row++) {
      const id = dictionary!.bigint(row)
      const highest = highestPiece(pieces!.bytes(row))
      const before = needed.get(id)
      if (before === undefined) needed.set(id, { storedDay: day!.number(row), highest })
      else if (highest > before.highest) before.highest = highest
    }
    const read = [...needed].map(async ([id, { storedDay, highest }]) => {
      return [id, await this.#caches.pieces.read({ tenant, storedDay, dictionary: id }, highest)] as const
    })
    return new Map(await Promise.all(read))
  }

  #originsOf(tenant: string, result: NativeResult): Promise<ReadonlyMap<bigint, StoredOrigin>> {
    const origin = result.column('origin')
    const wanted = new Set<bigint>()
    for (let row = 0; row < result.rows; row++) wanted.add(origin.bigint(row))
    return this.#caches.origins.read(tenant, wanted)
  }
}

function cachesOf(engine: Questions): Caches {
  return {
    origins: new OriginCache(engine),
    originSets: new OriginSets(engine),
    pieces: new PieceCache(engine),
    summaries: new SummaryReader(),
    lists: new ServiceLists(engine),
    manyValued: new ManyValuedKeys(engine),
  }
}

/** Rows turned into objects before others get their turn on the event loop. */
const ROWS_AT_ONCE = 1000
