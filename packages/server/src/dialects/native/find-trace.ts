// Which stored trace people mean by what they have: an id, a header that carries one, or any text that a sender uses as an
// id. All readings of a text are looked up at once, so none of them costs a second question.
import { ClewError, hexFromBytes, hexTraceId, readTypedId, type TextHash, textTraceId } from '@clew/model'
import type { QueryService, StoredTrace } from '../../query/query-service.ts'
import { describeTraces } from './describe-traces.ts'

/** One way to read a text. */
interface Reading {
  /** 32 digits, or the 16 of a low half, which several traces may share. */
  readonly id: string
  /** How a message names it. */
  readonly name: string
}

export interface NamedTrace {
  readonly trace: StoredTrace
  /** 16 digits: the span that a header names beside its trace. */
  readonly askedSpanId: string | undefined
}

export class TraceFinder {
  readonly #query: QueryService
  readonly #hash: TextHash

  constructor(query: QueryService, hash: TextHash) {
    this.#query = query
    this.#hash = hash
  }

  /**
   * The one trace of a text. Throws NOT_FOUND, INVALID_ARGUMENT for a text of blanks, and TRACE_ID_AMBIGUOUS where its
   * readings find several; that error describes them, and 32 digits name each.
   */
  async find(tenant: string, text: string, signal?: AbortSignal): Promise<NamedTrace> {
    const readings = traceReadings(text, this.#hash)
    const ids = readings.map(({ id }) => id)
    const [trace, ...others] = ids.length === 0 ? [] : await this.#query.traces(tenant, ids, signal)
    if (trace === undefined) throw nothingFound(text, readings)
    if (others.length > 0) throw await ambiguous(text, [trace, ...others], this.#hash)
    return { trace, askedSpanId: plainId(text) === undefined ? readTypedId(text).spanId : undefined }
  }

  /** The 32 digits that a text names; asks the store only where the text does not say them itself. */
  async traceId(tenant: string, text: string, signal?: AbortSignal): Promise<string> {
    return plainId(text) ?? (await this.find(tenant, text, signal)).trace.traceId
  }
}

/** All 32 digits of an id, which can mean nothing else. */
function plainId(text: string): string | undefined {
  return text.length === 32 ? hexTraceId(text) : undefined
}

function traceReadings(text: string, hash: TextHash): readonly Reading[] {
  const plain = plainId(text)
  if (plain !== undefined) return [{ id: plain, name: 'the id' }]
  const { whole, traceDigits } = readTypedId(text)
  if (whole === '') throw new ClewError('INVALID_ARGUMENT', 'trace id: expected an id or a text, got blanks')
  const texts = [...new Set([text, whole])].filter((candidate) => hexTraceId(candidate) === undefined)
  const readings = texts.map(
    (candidate): Reading => ({ id: hexFromBytes(textTraceId(hash, candidate), 0, 16), name: 'the text as its id' }),
  )
  if (traceDigits === undefined || /^0+$/.test(traceDigits)) return readings
  const id = traceDigits.padStart(traceDigits.length > 16 ? 32 : 16, '0')
  return [...readings, { id, name: id.length === 32 ? `the id ${id}` : `an id that ends with ${id}` }]
}

function nothingFound(text: string, readings: readonly Reading[]): ClewError {
  const tried = [...new Set(readings.map(({ name }) => name))].join(', and none with ')
  return new ClewError('NOT_FOUND', `trace ${JSON.stringify(text)}: expected a stored trace, found none with ${tried}`)
}

async function ambiguous(text: string, found: readonly StoredTrace[], hash: TextHash): Promise<ClewError> {
  const ids = found.map(({ traceId }) => traceId).join(', ')
  return new ClewError(
    'TRACE_ID_AMBIGUOUS',
    `trace ${JSON.stringify(text)}: expected an id of one trace, found ${found.length}: ${ids}; ask for one of these`,
    { members: { traces: await describeTraces(found, hash) } },
  )
}
