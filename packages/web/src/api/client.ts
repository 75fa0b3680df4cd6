// Asks the native API. The one place that knows its paths, its key header and its problem details (RFC 9457).
import type { NamedTrace, Problem } from './generated.ts'

const BASE = '/clew/v1'

/** An answer that is no success: what the server said, or that it did not answer at all (`status` 0). */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  /** Of an id that means several traces: these. */
  readonly traces: readonly NamedTrace[]

  constructor(status: number, code: string, message: string, traces: readonly NamedTrace[] = []) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.traces = traces
  }
}

export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** Path and query of a native API request; empty and undefined parameters are left out, arrays repeat the key. */
export function apiPath(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(parameters)) {
    if (value === undefined || value === '') continue
    for (const item of Array.isArray(value) ? value : [value]) query.append(key, String(item))
  }
  const text = query.toString()
  return `${BASE}${path}${text === '' ? '' : `?${text}`}`
}

/** The JSON answer of `path`. Throws ApiError; an aborted request throws the signal's reason. */
export async function ask<T>(path: string, key: string, signal: AbortSignal): Promise<T> {
  const response = await send(path, key, 'application/json', signal)
  return (await response.json()) as T
}

/** The open answer of `path`, for bodies that are read piece by piece. Throws like `ask`. */
export async function send(path: string, key: string, accept: string, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { accept }
  if (key !== '') headers['authorization'] = `Bearer ${key}`
  let response: Response
  try {
    response = await fetch(path, { headers, signal })
  } catch (cause) {
    if (signal.aborted) throw cause
    throw new ApiError(0, 'UNREACHABLE', '')
  }
  if (!response.ok) throw await problemOf(response)
  return response
}

async function problemOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  try {
    const { code = '', detail, title = '', traces } = JSON.parse(text) as Partial<Problem>
    return new ApiError(response.status, code, detail ?? title, traces)
  } catch {
    return new ApiError(response.status, '', text.slice(0, 300))
  }
}
