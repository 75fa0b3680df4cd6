// Answers of Jaeger's third API: traces as OTLP, all of an answer in one message and in pieces; summaries; errors of gRPC's
// gateway.
import { encodeTraces, protobufToJson, TRACES_DATA } from '@clew/codecs'
import { MARK, type Span } from '@clew/model'
import { ERRORS } from '../../errors.ts'
import type { ErrorRenderer } from '../../http/problem.ts'
import type { FoundTrace } from '../../query/assess-trace.ts'
import type { StoredTrace } from '../../query/query-service.ts'
import type { FoundTraces } from '../../query/search.ts'
import { type ReadSpan, readSpans, type SpanReading } from './read-spans.ts'

const OTLP_START = '{"resourceSpans":['
const OTLP_END = ']}'

/** As text/plain, as Go's `http.Error` sends it. */
export const renderV3Error: ErrorRenderer = ({ code, message }) => {
  const error = { httpCode: ERRORS[code].httpStatus, message }
  return { type: 'text/plain; charset=utf-8', body: Buffer.from(`${JSON.stringify({ error })}\n`) }
}

/** Spans that cannot be read are left out: there is no place to say it in. */
export async function* renderOtlpResult(
  traces: AsyncIterable<StoredTrace>,
  reading: SpanReading,
): AsyncGenerator<string> {
  let separator = `{"result":${OTLP_START}`
  for await (const trace of traces)
    for await (const piece of readSpans(trace, reading, [])) {
      if (piece.length === 0) continue
      yield separator + protobufToJson(otlpOf(piece), TRACES_DATA).slice(OTLP_START.length, -OTLP_END.length)
      separator = ','
    }
  yield `${separator === ',' ? '' : separator}${OTLP_END}}`
}

/** `TracesData`, without the times that Clew gave to spans which came without. */
export function otlpOf(piece: readonly ReadSpan[]): Uint8Array {
  return encodeTraces(piece.map(asSent), 'protobuf')
}

function asSent({ span, marks }: ReadSpan): Span {
  if ((marks & (MARK.startAbsent | MARK.endAbsent)) === 0) return span
  const startTimeUnixNano = (marks & MARK.startAbsent) === 0 ? span.startTimeUnixNano : 0n
  const endTimeUnixNano = (marks & MARK.endAbsent) === 0 ? span.endTimeUnixNano : 0n
  return { ...span, startTimeUnixNano, endTimeUnixNano }
}

/** Nothing that is zero is said, so that no match is `{}`. */
export function renderSummaries({ traces, cursor }: FoundTraces, isPaged: boolean): string {
  return JSON.stringify({
    ...(traces.length > 0 && { summaries: traces.map(summaryOf) }),
    ...(isPaged && cursor !== undefined && { nextPageToken: cursor }),
  })
}

/** How many spans miss their parent is not kept, so it is not said. */
function summaryOf(trace: FoundTrace) {
  const { traceId, root, startUnixNano, durationNano, spanCount, errorCount, services } = trace
  return {
    traceId,
    ...(root && { rootServiceName: root.service, rootOperationName: root.name }),
    minStartTimeUnixNano: String(startUnixNano),
    maxEndTimeUnixNano: String(startUnixNano + durationNano),
    spanCount,
    ...errorsOf(errorCount),
    services: services.map((service) => ({
      name: service.name,
      spanCount: service.spanCount,
      ...errorsOf(service.errorCount),
    })),
  }
}

function errorsOf(errorCount: number) {
  return errorCount === 0 ? {} : { errorSpanCount: errorCount }
}
