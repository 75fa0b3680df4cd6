// Spans of the model as the JSON of Jaeger's query API: `{"data":[{"traceID":…,"spans":[…],"processes":{…}}],…}`.
import type { Span } from '@clew/model'
import { toJaegerSpan } from '../jaeger-model/to-jaeger-span.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import { JaegerProcesses, printJaegerSpan, shortTraceId } from './print-span.ts'

/** Every trace of `spans` in the envelope of the query API, both in the order they come. */
export function encodeJaegerJson(spans: readonly Span[]): Uint8Array {
  const traces = new Map<string, Span[]>()
  for (const span of spans) {
    const ofTrace = traces.get(span.traceId)
    if (ofTrace === undefined) traces.set(span.traceId, [span])
    else ofTrace.push(span)
  }
  const data = Array.from(traces, ([traceId, ofTrace]) => printTrace(traceId, ofTrace))
  return encodeUtf8(`{"data":[${data.join(',\n')}],"total":0,"limit":0,"offset":0,"errors":null}\n`)
}

/** One trace object. */
function printTrace(traceId: string, spans: readonly Span[]): string {
  const processes = new JaegerProcesses()
  const printed = spans.map((span) => printJaegerSpan(toJaegerSpan(span), processes.idOf(span.resource)))
  const id = JSON.stringify(shortTraceId(traceId))
  return `{"traceID":${id},"spans":[${printed.join(',')}],"processes":{${processes.print()}},"warnings":null}`
}
