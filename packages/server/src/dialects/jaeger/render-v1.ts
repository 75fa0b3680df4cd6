// Answers of Jaeger's first API: one envelope around everything, also around errors; traces are printed in pieces.
import { JaegerProcesses, printJaegerSpan, shortTraceId, toJaegerSpan } from '@clew/codecs'
import type { Span } from '@clew/model'
import { ERRORS } from '../../errors.ts'
import type { ErrorRenderer } from '../../http/problem.ts'
import type { StoredTrace } from '../../query/query-service.ts'
import { readSpans, type SpanReading } from './read-spans.ts'

/** What was wrong with a part of an answer, or with all of it. */
export interface StructuredError {
  readonly code?: number
  readonly msg: string
  readonly traceID?: string
}

/** `total` is filled for lists of names only, `limit` and `offset` never: so does Jaeger. */
export function renderEnvelope(data: unknown, total = 0, errors: readonly StructuredError[] | null = null): string {
  return JSON.stringify({ data, total, limit: 0, offset: 0, errors })
}

/** The envelope as text/plain, as Go's `http.Error` sends it. */
export const renderV1Error: ErrorRenderer = ({ code, message }) => {
  const error = { code: ERRORS[code].httpStatus, msg: message }
  return { type: 'text/plain; charset=utf-8', body: Buffer.from(`${renderEnvelope(null, 0, [error])}\n`) }
}

/** `errors` is asked when the last trace is printed. */
export async function* renderTraces(
  traces: AsyncIterable<StoredTrace>,
  reading: SpanReading,
  errors: () => readonly StructuredError[],
): AsyncGenerator<string> {
  let separator = '{"data":['
  for await (const trace of traces) {
    yield separator
    yield* renderTrace(trace, reading)
    separator = ','
  }
  if (separator !== ',') yield separator
  const said = errors()
  yield `],${renderEnvelope(null, 0, said.length === 0 ? null : said).slice('{"data":null,'.length)}`
}

async function* renderTrace(trace: StoredTrace, reading: SpanReading): AsyncGenerator<string> {
  const processes = new JaegerProcesses()
  const unreadable: string[] = []
  yield `{"traceID":"${shortTraceId(trace.traceId)}","spans":[`
  let separator = ''
  for await (const piece of readSpans(trace, reading, unreadable)) {
    if (piece.length === 0) continue
    yield separator + piece.map(({ span }) => renderSpan(span, processes)).join(',')
    separator = ','
  }
  yield `],"processes":{${processes.print()}},"warnings":${unreadable.length === 0 ? 'null' : JSON.stringify(unreadable)}}`
}

export function renderSpan(span: Span, processes: JaegerProcesses): string {
  return printJaegerSpan(toJaegerSpan(span), processes.idOf(span.resource))
}
