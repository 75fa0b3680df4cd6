// What part each span plays between the services of its trace, as New Relic decorates spans: it needs the whole trace, so
// it is computed when a trace is read and never stored.
// https://docs.newrelic.com/docs/distributed-tracing/trace-api/trace-api-decorate-spans-attributes/

/** How a span is shown; the first that fits. */
export const SPAN_CATEGORIES = ['service', 'datastore', 'external', 'inProcess'] as const
export type SpanCategory = (typeof SPAN_CATEGORIES)[number]

/** Where a span stands at the border of its process. */
export const PROCESS_BOUNDARIES = ['entry', 'exit', 'inProcess'] as const
export type ProcessBoundary = (typeof PROCESS_BOUNDARIES)[number]

export interface SpanRole {
  readonly category: SpanCategory
  readonly processBoundary: ProcessBoundary
  /** What an exit span calls. */
  readonly clientType: 'datastore' | 'external' | undefined
}

/** One entry a span, in any order. */
export interface RoleColumns {
  /** Index of the parent, -1 for a root and for a span whose parent is not here. */
  readonly parentIndex: ArrayLike<number>
  /** Indexes of spans that name a parent which is not here: nobody knows from which service they were called. */
  readonly parentMissing: readonly number[]
  readonly service: readonly string[]
  /** Whether the span has an attribute below `http.`, and one below `db.`. */
  readonly hasHttp: readonly boolean[]
  readonly hasDatabase: readonly boolean[]
}

export function spanRoles(columns: RoleColumns): SpanRole[] {
  const { parentIndex, service, hasHttp, hasDatabase } = columns
  const isOrphan = new Set(columns.parentMissing)
  const isEntry = service.map((name, i) => {
    const parent = parentIndex[i]!
    return parent < 0 ? !isOrphan.has(i) : service[parent] !== name
  })
  const callsOthers = service.map(() => false)
  for (let i = 0; i < service.length; i++) if (isEntry[i] && parentIndex[i]! >= 0) callsOthers[parentIndex[i]!] = true
  return service.map((_, i): SpanRole => {
    const client = hasDatabase[i] ? 'datastore' : hasHttp[i] || callsOthers[i] ? 'external' : undefined
    if (isEntry[i]) return { category: 'service', processBoundary: 'entry', clientType: undefined }
    if (client === undefined) return { category: 'inProcess', processBoundary: 'inProcess', clientType: undefined }
    return { category: client, processBoundary: 'exit', clientType: client }
  })
}
