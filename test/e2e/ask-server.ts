// Small words for end-to-end tests: send, ask, and wait until something is so.
import type { DoorName } from '../../packages/server/src/config/doors.ts'
import type { ServerProcess } from './server-process.ts'

/** What is acknowledged is visible within two seconds; a busy test machine gets more. */
const VISIBLE_WITHIN_MS = 20_000

export interface NativeSpan {
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly name: string
  readonly kind: string
  readonly service: string
  readonly startUnixNano: string
  readonly endUnixNano: string
  readonly durationNano: string
  readonly marks: readonly string[]
  readonly status: { readonly code: string; readonly message: string }
  readonly attributes: NativeAttributes
  readonly events: readonly { readonly name: string; readonly attributes: NativeAttributes }[]
  readonly links: readonly {
    readonly traceId: string
    readonly spanId: string
    readonly attributes: NativeAttributes
  }[]
  readonly resource: { readonly attributes: NativeAttributes }
  readonly scope: { readonly name: string; readonly version: string }
}

export type NativeAttributes = readonly {
  readonly key: string
  /** `values` of lists only. */
  readonly value: { readonly type: string; readonly value?: unknown; readonly values?: unknown }
}[]

export interface NativeTrace {
  readonly traceId: string
  readonly spans: readonly NativeSpan[]
}

export interface FoundTrace {
  readonly traceId: string
  readonly rootName: string | null
  readonly spanCount: number
  readonly errorCount: number
  readonly matchedSpans: number
}

export interface SearchAnswer {
  readonly traces: readonly FoundTrace[]
  readonly cursor: string | null
  readonly totals: { readonly traces: number; readonly spans: number; readonly exact: boolean } | null
}

/** The parsed answer; throws on anything but 200. */
export async function getJson<T>(
  server: ServerProcess,
  path: string,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await fetch(server.url(path), { headers })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${text}`)
  return JSON.parse(text) as T
}

export function search(server: ServerProcess, parameters: Record<string, string>): Promise<SearchAnswer> {
  return getJson<SearchAnswer>(server, `/clew/v1/search?${new URLSearchParams(parameters)}`)
}

/** Asks again and again until `isSo`, and returns that answer; an error counts as not yet. */
export async function eventually<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean = () => true): Promise<T> {
  const started = performance.now()
  for (;;) {
    let last: unknown
    try {
      const answer = await ask()
      if (isSo(answer)) return answer
      last = answer
    } catch (error) {
      last = error
    }
    if (performance.now() - started > VISIBLE_WITHIN_MS)
      throw new Error(
        `not within ${VISIBLE_WITHIN_MS / 1000} s; last: ${last instanceof Error ? last.message : JSON.stringify(last)?.slice(0, 1000)}`,
      )
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The trace when all its spans are visible. */
export function traceOf(
  server: ServerProcess,
  traceId: string,
  spans = 1,
  headers: Record<string, string> = {},
): Promise<NativeTrace> {
  return eventually(
    () => getJson<NativeTrace>(server, `/clew/v1/traces/${traceId}`, headers),
    (trace) => trace.spans.length >= spans,
  )
}

/** Where a door of config/doors.ts listens, once it does: `http:`, `https:` or `udp:`, host and port. */
export async function doorUrl(server: ServerProcess, door: DoorName): Promise<URL> {
  const addressIn = ({ checks }: Readiness) => /^\w+:\/\/[^\s,]+/.exec(checks[`door ${door}`]?.detail ?? '')?.[0]
  const ready = await eventually(
    () => getJson<Readiness>(server, '/readyz'),
    (answer) => addressIn(answer) !== undefined,
  )
  return new URL(addressIn(ready)!)
}

interface Readiness {
  readonly checks: Readonly<Record<string, { readonly detail: string }>>
}

export function sendJson(server: ServerProcess, body: unknown, signal = 'traces'): Promise<Response> {
  return fetch(server.otlpUrl(`/v1/${signal}`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}
