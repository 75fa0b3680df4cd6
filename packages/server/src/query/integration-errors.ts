// Reads back what Clew had to say of requests it had accepted (integration errors of the model), newest first and in pages.
// They are log records of a scope of their own.
import { createHash } from 'node:crypto'
import {
  ClewError,
  INTEGRATION_ERROR_SCOPE,
  type IntegrationError,
  integrationErrorOf,
  OWN_SERVICE,
  parseUnixNano,
  type UnixNano,
} from '@clew/model'
import type { LogPlace, TraceReader } from './trace-reader.ts'

export interface IntegrationErrorQuestion {
  /** When the request came: `from` included, `to` excluded; `to` may be 2^64. */
  readonly from: UnixNano
  readonly to: bigint
  /** That of the answer to the request; undefined for all. */
  readonly requestId: string | undefined
  readonly limit: number
  /** That of the page before. */
  readonly cursor: string | undefined
}

export interface FoundIntegrationErrors {
  /** May be fewer than asked for although there is a next page. */
  readonly errors: readonly IntegrationError[]
  /** For the next page; undefined at the end. */
  readonly cursor: string | undefined
}

/** Where a page starts: `block` and times are those that the first page saw, so that the pages together are the whole. */
interface Cursor {
  readonly place: LogPlace
  readonly block: bigint
  readonly from: UnixNano
  readonly to: bigint
}

const VERSION = 1

/** Throws INVALID_CURSOR before anything is read. */
export async function findIntegrationErrors(
  reader: TraceReader,
  tenant: string,
  question: IntegrationErrorQuestion,
): Promise<FoundIntegrationErrors> {
  const { requestId, limit } = question
  const cursor = question.cursor === undefined ? undefined : decodeCursor(question.cursor, requestId)
  const { from, to, block } = cursor ?? { from: question.from, to: question.to, block: reader.highestBlock }
  const found = await reader.scopeLogs(tenant, {
    ...{ service: OWN_SERVICE, scope: INTEGRATION_ERROR_SCOPE },
    ...{ from, to, block, text: requestId, after: cursor?.place },
    limit: limit + 1,
  })
  const page = found.slice(0, limit)
  const once = page.filter(({ place }, i) => i === 0 || !isSame(place, page[i - 1]!.place))
  const errors = once.map(({ log }) => integrationErrorOf(log))
  const last = page.at(-1)
  return {
    errors: requestId === undefined ? errors : errors.filter((error) => error.requestId === requestId),
    cursor:
      found.length > limit && last !== undefined
        ? encodeCursor({ place: last.place, block, from, to }, requestId)
        : undefined,
  }
}

function isSame(a: LogPlace, b: LogPlace): boolean {
  return a.time === b.time && a.record === b.record
}

function encodeCursor({ place, block, from, to }: Cursor, requestId: string | undefined): string {
  const fields = [VERSION, questionHash(requestId), place.time, place.record, block, from, to]
  return Buffer.from(fields.join(' ')).toString('base64url')
}

function decodeCursor(text: string, requestId: string | undefined): Cursor {
  const [version, hash, ...fields] = Buffer.from(text, 'base64url').toString('latin1').split(' ')
  const [time, record, block, from] = fields.map((field) => parseUnixNano(field))
  const to = fields[4] === String(2n ** 64n) ? 2n ** 64n : parseUnixNano(fields[4] ?? '')
  const isWhole = [time, record, block, from, to].every((number) => number !== undefined)
  if (version !== String(VERSION) || !isWhole || fields.length !== 5)
    throw new ClewError('INVALID_CURSOR', 'cursor: expected the one of the page before, got something else')
  if (hash !== questionHash(requestId))
    throw new ClewError('INVALID_CURSOR', 'cursor: expected one of this question, got one of another requestId')
  return { place: { time: time!, record: record! }, block: block!, from: from!, to: to! }
}

function questionHash(requestId: string | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([requestId]))
    .digest('hex')
    .slice(0, 16)
}
