// The token of a page of history: after which run the next page begins, and which question it belongs to. Opaque to whoever
// hands it back.
import type { HistoryFilter } from './parameters.ts'
import { invalidParameter } from './render-error.ts'

export interface PagePlace {
  /** The last run of the page before. */
  readonly startUnixNano: bigint
  readonly batchId: string
  /** No span that names the pipeline and began later belongs to a run that is still to come. */
  readonly newest: bigint
}

export function encodeToken(pipeline: string, filter: HistoryFilter, place: PagePlace): string {
  const { startUnixNano, batchId, newest } = place
  const content = [questionOf(pipeline, filter), String(startUnixNano), batchId, String(newest)]
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}

/** Throws INVALID_ARGUMENT for what is no token of this question. */
export function decodeToken(token: string, pipeline: string, filter: HistoryFilter): PagePlace {
  const content = parse(token)
  const [question, start, batchId, newest, ...more] = Array.isArray(content) ? (content as unknown[]) : []
  const isPlace = isNanos(start) && typeof batchId === 'string' && isNanos(newest) && more.length === 0
  if (!isPlace || question !== questionOf(pipeline, filter))
    throw invalidParameter('token', 'value_error', 'token: expected that of the page before, of the same question')
  return { startUnixNano: BigInt(start), batchId, newest: BigInt(newest) }
}

function questionOf(pipeline: string, { order, states, from, to }: HistoryFilter): string {
  return JSON.stringify([pipeline, order, states, from ?? null, to ?? null])
}

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

function isNanos(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,20}$/.test(value)
}
