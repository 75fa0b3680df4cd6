// Trace ids as people give them to Jaeger: hex digits of any number up to 32, or the bytes in base64 of either alphabet.
import { ClewError, hexFromBytes } from '@clew/model'
import type { QueryService, StoredTrace } from '../../query/query-service.ts'

const HEX = /^[0-9a-f]{1,32}$/i
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/
const SHORT = '0'.repeat(16)

/** 32 lower-case digits. Throws INVALID_ARGUMENT. */
export function parseTraceId(text: string): string {
  if (HEX.test(text)) return text.toLowerCase().padStart(32, '0')
  // Both alphabets are read alike; a text that decodes to another length is no id.
  const bytes = BASE64.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0)
  if (bytes.length === 16 || bytes.length === 8) return hexFromBytes(bytes, 0, bytes.length).padStart(32, '0')
  throw new ClewError(
    'INVALID_ARGUMENT',
    `malformed trace ID: expected at most 32 hex digits, or 16 bytes in base64, got ${JSON.stringify(text.slice(0, 100))}`,
  )
}

/**
 * The trace of an id. Of 64 bits it names the trace that has no more, or else the one that ends with it, since programs
 * on the way may have cut it. Throws NOT_FOUND, and TRACE_ID_AMBIGUOUS where several end with it.
 */
export async function findTrace(
  queries: QueryService,
  tenant: string,
  id: string,
  signal: AbortSignal,
): Promise<StoredTrace> {
  const found = await queries.traces(tenant, [id.startsWith(SHORT) ? id.slice(16) : id], signal)
  const exact = found.find(({ traceId }) => traceId === id)
  if (exact !== undefined) return exact
  if (found.length > 1)
    throw new ClewError(
      'TRACE_ID_AMBIGUOUS',
      `trace ID ${id.slice(16)} is the end of several: ${found.map(({ traceId }) => traceId).join(', ')}`,
    )
  if (found[0] === undefined) throw new ClewError('NOT_FOUND', 'trace not found')
  return found[0]
}
