// The parameters of a search (zipkin2.storage.QueryRequest of Zipkin): read, checked and refused in its words.
import { ClewError } from '@clew/model'

export interface QueryRequest {
  /** In lower case, like the other names. */
  readonly serviceName: string | undefined
  readonly remoteServiceName: string | undefined
  readonly spanName: string | undefined
  /** Key and value of a tag; a value of '' stands for any tag of that key, and for an annotation of that text. */
  readonly annotationQuery: ReadonlyMap<string, string>
  /** Microseconds. */
  readonly minDuration: bigint | undefined
  readonly maxDuration: bigint | undefined
  /** Milliseconds since 1970: no trace begins later. */
  readonly endTs: bigint
  /** Milliseconds before `endTs`. */
  readonly lookback: bigint
  readonly limit: number
}

/** As Fastify reads them; of a parameter that is given again the first counts. */
export type QueryParameters = Readonly<Record<string, string | readonly string[] | undefined>>

const DAY_MS = 86_400_000n
const DEFAULT_LIMIT = 10n
/** What Elasticsearch gives Zipkin at most. */
const MAX_LIMIT = 10_000n
/** Further ones stay part of the last, as with Zipkin. */
const MAX_TERMS = 100
const MAX_INT64 = 2n ** 63n - 1n

/** Throws INVALID_ARGUMENT. */
export function parseQueryRequest(parameters: QueryParameters, nowMs: number): QueryRequest {
  const endTs = wholeNumber(parameters, 'endTs') ?? BigInt(nowMs)
  const limit = wholeNumber(parameters, 'limit') ?? DEFAULT_LIMIT
  const lookback = wholeNumber(parameters, 'lookback') ?? DAY_MS
  const minDuration = wholeNumber(parameters, 'minDuration')
  const maxDuration = wholeNumber(parameters, 'maxDuration')
  if (endTs <= 0n) throw refused('endTs <= 0')
  if (limit <= 0n) throw refused('limit <= 0')
  if (limit > MAX_LIMIT) throw refused(`limit > ${MAX_LIMIT}`)
  if (lookback <= 0n) throw refused('lookback <= 0')
  if (minDuration !== undefined && minDuration <= 0n) throw refused('minDuration <= 0')
  if (maxDuration !== undefined && minDuration === undefined)
    throw refused('maxDuration is only valid with minDuration')
  if (maxDuration !== undefined && maxDuration < minDuration!) throw refused('maxDuration < minDuration')
  const spanName = nameOf(parameters, 'spanName')
  return {
    serviceName: nameOf(parameters, 'serviceName'),
    remoteServiceName: nameOf(parameters, 'remoteServiceName'),
    spanName: spanName === 'all' ? undefined : spanName,
    annotationQuery: parseAnnotationQuery(textOf(parameters, 'annotationQuery')),
    minDuration,
    maxDuration,
    endTs,
    lookback,
    limit: Number(limit),
  }
}

/** The first value of a parameter; '' where there is none. */
export function textOf(parameters: QueryParameters, name: string): string {
  const value = parameters[name]
  return (typeof value === 'string' ? value : value?.[0]) ?? ''
}

function nameOf(parameters: QueryParameters, name: string): string | undefined {
  return textOf(parameters, name).toLowerCase() || undefined
}

/** `error and http.method=GET`: of one key the last term counts. */
function parseAnnotationQuery(text: string): ReadonlyMap<string, string> {
  const parts = text.split(' and ')
  const terms = [...parts.slice(0, MAX_TERMS - 1), parts.slice(MAX_TERMS - 1).join(' and ')]
  const query = new Map<string, string>()
  for (const term of terms.map((part) => part.trim())) {
    if (term === '') continue
    const at = term.indexOf('=')
    query.set(at < 0 ? term : term.slice(0, at), at < 0 ? '' : term.slice(at + 1))
  }
  return query
}

function wholeNumber(parameters: QueryParameters, name: string): bigint | undefined {
  const text = textOf(parameters, name)
  if (text === '') return undefined
  const value = /^[+-]?\d{1,19}$/.test(text) ? BigInt(text.replace('+', '')) : undefined
  if (value === undefined || value > MAX_INT64)
    throw refused(`${name}: expected a whole number, got ${JSON.stringify(text.slice(0, 100))}`)
  return value
}

function refused(text: string): ClewError {
  return new ClewError('INVALID_ARGUMENT', text)
}
