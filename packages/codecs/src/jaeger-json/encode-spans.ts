// Spans of the model as the JSON of Jaeger's query API: `{"data":[{"traceID":…,"spans":[…],"processes":{…}}],…}`. Fields
// and their order are those of internal/uimodel of Jaeger 2; times are whole microseconds.
import type { Resource, Span } from '@clew/model'
import type { JaegerProcess, JaegerSpan, JaegerTag } from '../jaeger-model/jaeger-span.ts'
import { processFromResource } from '../jaeger-model/process-resource.ts'
import { microsFromNano } from '../jaeger-model/times.ts'
import { toJaegerSpan } from '../jaeger-model/to-jaeger-span.ts'
import { encodeBase64 } from '../wire/base64.ts'
import { encodeUtf8 } from '../wire/utf8.ts'

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
  const processes = new Processes()
  const printed = spans.map((span) => printSpan(toJaegerSpan(span), processes.idOf(span.resource)))
  const id = JSON.stringify(shortTraceId(traceId))
  return `{"traceID":${id},"spans":[${printed.join(',')}],"processes":{${processes.print()}},"warnings":null}`
}

function printSpan(span: JaegerSpan, processId: string): string {
  const references = span.references.map(
    ({ type, traceId, spanId }) => `{"refType":"${type}","traceID":"${shortTraceId(traceId)}","spanID":"${spanId}"}`,
  )
  const logs = span.logs.map(
    ({ timestampNano, fields }) => `{"timestamp":${microsFromNano(timestampNano)},"fields":${printTags(fields)}}`,
  )
  // Cut, not rounded down, so that a negative one is not made longer.
  const durationMicros = (span.durationNano ?? 0n) / 1000n
  return [
    `{"traceID":"${shortTraceId(span.traceId)}","spanID":"${span.spanId}"`,
    ...(span.flags === 0 ? [] : [`"flags":${span.flags}`]),
    `"operationName":${JSON.stringify(span.operationName)}`,
    `"references":[${references.join(',')}]`,
    `"startTime":${microsFromNano(span.startNano)}`,
    `"duration":${durationMicros}`,
    `"tags":${printTags(span.tags)}`,
    `"logs":[${logs.join(',')}]`,
    `"processID":"${processId}"`,
    `"warnings":${span.warnings.length === 0 ? 'null' : JSON.stringify(span.warnings)}}`,
  ].join(',')
}

function printTags(tags: readonly JaegerTag[]): string {
  return `[${tags.map((tag) => `{"key":${JSON.stringify(tag.key)},"type":"${tag.type}","value":${printValue(tag)}}`).join(',')}]`
}

/** Beyond this a JavaScript reader, such as Jaeger's page, would round: such integers are texts. */
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER)

function printValue(tag: JaegerTag): string {
  switch (tag.type) {
    case 'int64':
      return tag.value > MAX_SAFE || tag.value < -MAX_SAFE ? `"${tag.value}"` : `${tag.value}`
    case 'float64':
      if (!Number.isFinite(tag.value)) return `"${tag.value}"`
      return Object.is(tag.value, -0) ? '-0' : `${tag.value}`
    case 'binary':
      return JSON.stringify(encodeBase64(tag.value))
    default:
      return JSON.stringify(tag.value)
  }
}

/** Ids of 64 bits are written as such. */
function shortTraceId(traceId: string): string {
  return traceId.startsWith('0000000000000000') ? traceId.slice(16) : traceId
}

/** The processes of one trace: p1, p2 and so on, one for all that say the same. */
class Processes {
  readonly #idOfResource = new Map<Resource, string>()
  readonly #idOfContent = new Map<string, string>()

  idOf(resource: Resource): string {
    let id = this.#idOfResource.get(resource)
    if (id === undefined) {
      const content = printProcess(processFromResource(resource))
      id = this.#idOfContent.get(content) ?? `p${this.#idOfContent.size + 1}`
      this.#idOfContent.set(content, id)
      this.#idOfResource.set(resource, id)
    }
    return id
  }

  print(): string {
    return Array.from(this.#idOfContent, ([content, id]) => `"${id}":${content}`).join(',')
  }
}

function printProcess({ serviceName, tags }: JaegerProcess): string {
  return `{"serviceName":${JSON.stringify(serviceName)},"tags":${printTags(tags)}}`
}
