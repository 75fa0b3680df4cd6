// Whether a trace is one that a search asks for, told span by span: every criterion must be met by some span of the named
// service, not all by the same one (facts of zipkin2.storage.QueryRequest.test).
import type { ZipkinSpan } from '@clew/codecs'
import type { QueryRequest } from './query-request.ts'

const MICROS_PER_MILLI = 1_000n

export class TraceMatcher {
  readonly #request: QueryRequest
  /** Criteria that no span has met yet; tags by their keys. */
  readonly #open = new Set<'service' | 'remote' | 'name' | 'duration'>()
  readonly #openTags: Set<string>
  #rootMicros: bigint | undefined
  #firstMicros: bigint | undefined

  constructor(request: QueryRequest) {
    this.#request = request
    if (request.serviceName !== undefined) this.#open.add('service')
    if (request.remoteServiceName !== undefined) this.#open.add('remote')
    if (request.spanName !== undefined) this.#open.add('name')
    if (request.minDuration !== undefined) this.#open.add('duration')
    this.#openTags = new Set(request.annotationQuery.keys())
  }

  /** Spans come in any order, once each. */
  add(span: ZipkinSpan): void {
    this.#noteTime(span)
    const { serviceName, remoteServiceName, spanName } = this.#request
    if (serviceName !== undefined && span.localEndpoint.serviceName !== serviceName) return
    this.#open.delete('service')
    if (span.remoteEndpoint.serviceName === remoteServiceName) this.#open.delete('remote')
    if (span.name === spanName) this.#open.delete('name')
    if (this.#open.has('duration') && this.#fitsDuration(span.duration)) this.#open.delete('duration')
    if (this.#openTags.size > 0) this.#noteTags(span)
  }

  get matches(): boolean {
    const begun = this.timestamp
    if (begun === undefined || this.#open.size > 0 || this.#openTags.size > 0) return false
    const { endTs, lookback } = this.#request
    return begun >= (endTs - lookback) * MICROS_PER_MILLI && begun <= endTs * MICROS_PER_MILLI
  }

  /** Microseconds: when the root began, else the first span; undefined where no span says when. */
  get timestamp(): bigint | undefined {
    return this.#rootMicros ?? this.#firstMicros
  }

  #noteTime({ timestamp, parentId }: ZipkinSpan): void {
    if (timestamp === 0n) return
    this.#firstMicros = earlier(this.#firstMicros, timestamp)
    if (parentId === '') this.#rootMicros = earlier(this.#rootMicros, timestamp)
  }

  #noteTags({ annotations, tags }: ZipkinSpan): void {
    const { annotationQuery } = this.#request
    for (const { value } of annotations) if (annotationQuery.get(value) === '') this.#openTags.delete(value)
    for (const key of this.#openTags) {
      const asked = annotationQuery.get(key)
      if (tags.has(key) && (asked === '' || tags.get(key) === asked)) this.#openTags.delete(key)
    }
  }

  #fitsDuration(duration: bigint | undefined): boolean {
    const { minDuration, maxDuration } = this.#request
    if (duration === undefined || duration < minDuration!) return false
    return maxDuration === undefined || duration <= maxDuration
  }
}

function earlier(a: bigint | undefined, b: bigint): bigint {
  return a === undefined || b < a ? b : a
}
