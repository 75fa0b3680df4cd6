// The spans that one v1 span is taken apart into: one for each service.
import { EndpointScratch, type SpanScratch, TAG_TYPE, type TextPlace } from './span-scratch.ts'
import type { V1Annotation, V1Span } from './v1-span.ts'

/** Ids and name are repeated in each part, so that many parts of one long name would be far more than was sent. */
const MAX_PARTS = 16

export class V1Part {
  local: EndpointScratch | undefined
  remote: EndpointScratch | undefined
  /** Index into SPAN_KINDS. */
  kind = 1
  /** Microseconds; 0: none. */
  timestamp = 0n
  duration = 0n
  shared = false
  readonly annotations: V1Annotation[] = []
  readonly tags: { readonly key: TextPlace; readonly value: TextPlace }[] = []

  constructor(local: EndpointScratch | undefined) {
    this.local = local
  }

  time(timestamp: bigint, duration: bigint): void {
    this.timestamp = timestamp
    // Clocks that disagree make no duration.
    this.duration = duration > 0n ? duration : 0n
  }
}

export class V1Parts {
  readonly all: V1Part[] = [new V1Part(undefined)]
  readonly #source: V1Span

  constructor(source: V1Span) {
    this.#source = source
  }

  get first(): V1Part {
    return this.all[0]!
  }

  /** The part of a service; what names no host belongs to the first. */
  of(endpoint: EndpointScratch | undefined): V1Part {
    const { first } = this
    if (endpoint === undefined || endpoint.isEmpty) return first
    first.local ??= endpoint
    return this.all.find(({ local }) => hasSameService(local!, endpoint)) ?? this.fork(endpoint)
  }

  /** A further part, also for a service that has one already. */
  fork(endpoint: EndpointScratch): V1Part {
    if (this.all.length === MAX_PARTS) {
      this.#source.head.reject(`expected at most ${MAX_PARTS} services in one span`)
      return this.first
    }
    const part = new V1Part(endpoint)
    this.all.push(part)
    return part
  }
}

/** Fills the scratch, which holds ids and name of the v1 span already, with one of its parts. */
export function fillPart(span: SpanScratch, part: V1Part): void {
  span.kind = part.kind
  span.timestampLow = Number(part.timestamp & 0xffff_ffffn)
  span.timestampHigh = Number(part.timestamp >> 32n)
  span.hasDuration = part.duration > 0n
  span.durationLow = Number(part.duration & 0xffff_ffffn)
  span.durationHigh = Number(part.duration >> 32n)
  span.shared = part.shared
  copyEndpoint(span.local, part.local)
  copyEndpoint(span.remote, part.remote)
  span.annotationValues.count = 0
  for (const { timestamp, value } of part.annotations) {
    const row = span.annotationValues.count
    span.annotationLow[row] = Number(timestamp & 0xffff_ffffn)
    span.annotationHigh[row] = Number(timestamp >> 32n)
    span.annotationValues.add(value.bytes, value.start, value.end)
  }
  span.tagKeys.count = 0
  span.tagValues.count = 0
  for (const { key, value } of part.tags) {
    span.tagKeys.add(key.bytes, key.start, key.end)
    span.addTag(TAG_TYPE.string, value.bytes, value.start, value.end)
  }
}

export function hasSameService(a: EndpointScratch, b: EndpointScratch): boolean {
  return a.serviceName.isSame(b.serviceName)
}

export function isSameEndpoint(a: EndpointScratch, b: EndpointScratch): boolean {
  return hasSameService(a, b) && a.ipv4.isSame(b.ipv4) && a.ipv6.isSame(b.ipv6) && a.port === b.port
}

/** The endpoint without its name. */
export function unnamed(endpoint: EndpointScratch): EndpointScratch {
  const copy = new EndpointScratch()
  copyEndpoint(copy, endpoint)
  copy.serviceName.clear()
  return copy
}

function copyEndpoint(target: EndpointScratch, source: EndpointScratch | undefined): void {
  target.clear()
  if (source === undefined) return
  target.serviceName.copy(source.serviceName)
  target.ipv4.copy(source.ipv4)
  target.ipv6.copy(source.ipv6)
  target.port = source.port
}
