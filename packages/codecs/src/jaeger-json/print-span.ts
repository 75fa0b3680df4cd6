// A span and the processes of a trace in the JSON of Jaeger's query API, one at a time: what writes a whole document
// (encode-spans.ts), and what answers with a large trace in pieces, put these together. Fields and their order are those of
// internal/uimodel of Jaeger 2; times are whole microseconds.
import type { Resource } from '@clew/model'
import type { JaegerProcess, JaegerSpan, JaegerTag } from '../jaeger-model/jaeger-span.ts'
import { processFromResource } from '../jaeger-model/process-resource.ts'
import { microsFromNano } from '../jaeger-model/times.ts'
import { encodeBase64 } from '../wire/base64.ts'

/** `processId` as `JaegerProcesses` gave it for the resource of the span. */
export function printJaegerSpan(span: JaegerSpan, processId: string): string {
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

/** Ids of 64 bits are written as such: 16 digits. */
export function shortTraceId(traceId: string): string {
  return traceId.startsWith('0000000000000000') ? traceId.slice(16) : traceId
}

/** The processes of one trace: p1, p2 and so on, one for all that say the same. */
export class JaegerProcesses {
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

  /** What stands in the `processes` of the trace, when all its spans were printed. */
  print(): string {
    return Array.from(this.#idOfContent, ([content, id]) => `"${id}":${content}`).join(',')
  }
}

function printProcess({ serviceName, tags }: JaegerProcess): string {
  return `{"serviceName":${JSON.stringify(serviceName)},"tags":${printTags(tags)}}`
}
