// A v1 span becomes one v2 span for each service that wrote into it. v1 has no kinds and no remote endpoints: annotations
// such as `cs` (client sent) say the one, binary annotations such as `sa` (server address) the other. The rules are those
// of Zipkin's server (zipkin2/v1/V1SpanConverter); README.md has them as a table.
import { SPAN_KINDS, type SpanKind } from '@clew/model'
import { decodeUtf8 } from '../wire/utf8.ts'
import type { EndpointScratch, TextPlace } from './span-scratch.ts'
import type { ZipkinSpanWriter } from './span-writer.ts'
import { microsFromHalves } from './times.ts'
import { fillPart, hasSameService, isSameEndpoint, unnamed, type V1Part, V1Parts } from './v1-parts.ts'
import type { V1Annotation, V1Span } from './v1-span.ts'

/** Core annotations, and the kind that one makes of the span of its service. */
const CORE_KINDS = {
  cs: 'client',
  cr: 'client',
  sr: 'server',
  ss: 'server',
  ms: 'producer',
  mr: 'consumer',
  ws: undefined,
  wr: undefined,
} as const satisfies Record<string, SpanKind | undefined>

type CoreName = keyof typeof CORE_KINDS

/** A core annotation counts only with the host that wrote it. */
interface Core extends V1Annotation {
  readonly endpoint: EndpointScratch
}

const CORE_CHARS = 2

/** Writes the spans that `source` is made of. */
export function writeV1Span(source: V1Span, writer: ZipkinSpanWriter): void {
  const { head } = source
  const parts = new V1Converter(source).convert()
  if (head.problem !== '') {
    writer.write(head)
    return
  }
  for (const part of parts) {
    fillPart(head, part)
    writer.write(head)
  }
}

class V1Converter {
  readonly #source: V1Span
  readonly #parts: V1Parts
  readonly #core: Partial<Record<CoreName, Core>> = {}
  /** Of the whole v1 span; 0: none. */
  readonly #timestamp: bigint
  readonly #duration: bigint

  constructor(source: V1Span) {
    const { head } = source
    this.#source = source
    this.#parts = new V1Parts(source)
    this.#timestamp = microsFromHalves(head.timestampLow, head.timestampHigh)
    this.#duration = head.hasDuration ? microsFromHalves(head.durationLow, head.durationHigh) : 0n
  }

  convert(): readonly V1Part[] {
    this.#sortAnnotations()
    this.#addMissingStart('cs', 'cr')
    this.#addMissingStart('sr', 'ss')
    this.#settleCall()
    this.#settleMessage()
    const addresses = this.#sortBinaryAnnotations()
    this.#settleAddresses(addresses)
    return this.#parts.all
  }

  #sortAnnotations(): void {
    for (const annotation of this.#source.annotations) {
      const { value, endpoint } = annotation
      const part = this.#parts.of(endpoint)
      const name = value.end - value.start === CORE_CHARS ? textOf(value) : ''
      if (endpoint === undefined || !isCore(name)) {
        part.annotations.push(annotation)
        continue
      }
      const kind = CORE_KINDS[name]
      if (kind !== undefined) setKind(part, kind)
      this.#core[name] = { ...annotation, endpoint }
    }
  }

  /** Who bridges from events may lose the start; the times of the span tell it. */
  #addMissingStart(start: 'cs' | 'sr', end: 'cr' | 'ss'): void {
    const last = this.#core[end]
    if (this.#core[start] !== undefined || last === undefined) return
    if (this.#timestamp === 0n || this.#duration === 0n) return
    if (this.#timestamp + this.#duration === last.timestamp) this.#core[start] = { ...last, timestamp: this.#timestamp }
  }

  #settleCall(): void {
    const { cs, cr, sr, ss } = this.#core
    if (cs !== undefined && sr !== undefined) this.#splitCall(cs, sr)
    else if (cs !== undefined && cr !== undefined) this.#timePart(cs, cr)
    else if (sr !== undefined && ss !== undefined) this.#timePart(sr, ss)
    else this.#settleIncompleteCall()
    // v1 has no flag for it: who shares a span leaves the times to its owner.
    const leavesTimes = this.#timestamp === 0n || (ss !== undefined && this.#duration === 0n)
    if (cs === undefined && sr !== undefined && leavesTimes) this.#parts.of(sr.endpoint).shared = true
  }

  /** Client and server wrote into one span. The client owns its times; the server shares it. */
  #splitCall(cs: Core, sr: Core): void {
    const { cr, ss } = this.#core
    this.#timePart(cs, cr)
    const client = this.#parts.of(cs.endpoint)
    const server = this.#counterpart(client, 'client', cs, sr, 'server')
    server.shared = true
    server.time(sr.timestamp, ss === undefined ? 0n : ss.timestamp - sr.timestamp)
    if (cr === undefined && this.#duration === 0n) client.duration = 0n
  }

  /** The part of the other side, also where both are one service that calls itself. */
  #counterpart(own: V1Part, ownKind: SpanKind, ownCore: Core, otherCore: Core, otherKind: SpanKind): V1Part {
    if (!hasSameService(ownCore.endpoint, otherCore.endpoint)) return this.#parts.of(otherCore.endpoint)
    setKind(own, ownKind)
    const other = this.#parts.fork(otherCore.endpoint)
    setKind(other, otherKind)
    return other
  }

  /** Half a call keeps its kind and start; an end without a start stays an annotation. */
  #settleIncompleteCall(): void {
    const { cs, cr, sr, ss } = this.#core
    for (const part of this.#parts.all) {
      const kind = SPAN_KINDS[part.kind]
      const [start, end] = kind === 'client' ? [cs, cr] : kind === 'server' ? [sr, ss] : []
      if (start !== undefined) part.timestamp = start.timestamp
      if (end !== undefined) part.annotations.push(end)
    }
    if (this.#timestamp !== 0n) this.#parts.first.time(this.#timestamp, this.#duration)
  }

  #settleMessage(): void {
    const { ms, mr, ws, wr } = this.#core
    if (ms !== undefined && mr !== undefined) {
      const producer = this.#parts.of(ms.endpoint)
      const consumer = this.#counterpart(producer, 'producer', ms, mr, 'consumer')
      consumer.shared = true
      if (wr === undefined) consumer.time(mr.timestamp, 0n)
      else consumer.time(wr.timestamp, mr.timestamp - wr.timestamp)
      producer.time(ms.timestamp, ws === undefined ? 0n : ws.timestamp - ms.timestamp)
    } else if (ms !== undefined) this.#timePart(ms, ws)
    else if (mr !== undefined) this.#timePart(wr ?? mr, wr === undefined ? undefined : mr)
    else for (const wire of [ws, wr]) if (wire !== undefined) this.#parts.of(wire.endpoint).annotations.push(wire)
  }

  /** The times of the span itself come first, where it has both. */
  #timePart(start: Core, end: Core | undefined): void {
    const part = this.#parts.of(start.endpoint)
    if (this.#timestamp !== 0n && this.#duration !== 0n) part.time(this.#timestamp, this.#duration)
    else part.time(start.timestamp, end === undefined ? 0n : end.timestamp - start.timestamp)
  }

  /** Tags to their services; what is left are addresses. */
  #sortBinaryAnnotations(): ReadonlyMap<string, EndpointScratch> {
    const addresses = new Map<string, EndpointScratch>()
    for (const { key, value, endpoint } of this.#source.binaryAnnotations) {
      if (value === undefined) {
        if (endpoint !== undefined) addresses.set(textOf(key), endpoint)
        continue
      }
      const part = this.#parts.of(endpoint)
      // An empty `lc` (local component) is there only for its endpoint.
      if (!(value.isEmpty && textOf(key) === 'lc')) part.tags.push({ key, value })
    }
    return addresses
  }

  #settleAddresses(addresses: ReadonlyMap<string, EndpointScratch>): void {
    const { cs, cr, sr, ss, ms, mr } = this.#core
    const sa = addresses.get('sa')
    const ca = addresses.get('ca')
    const ma = addresses.get('ma')
    const client = cs ?? cr
    const server = sr ?? ss
    if (client === undefined && server === undefined && (sa !== undefined || ca !== undefined)) {
      this.#settleAddressesAlone(sa, ca)
      return
    }
    if (ca !== undefined && server !== undefined && !isSameEndpoint(ca, server.endpoint))
      // Finagle gives the client's port under the server's name, which would make the service call itself.
      this.#parts.of(server.endpoint).remote = hasSameService(ca, server.endpoint) ? unnamed(ca) : ca
    if (sa !== undefined && client !== undefined) this.#parts.of(client.endpoint).remote = sa
    if (ma !== undefined) for (const core of [ms, mr]) if (core !== undefined) this.#parts.of(core.endpoint).remote = ma
  }

  /** Without core annotations: both addresses are the two ends; `ca` alone is a server's; `sa` alone only a peer. */
  #settleAddressesAlone(sa: EndpointScratch | undefined, ca: EndpointScratch | undefined): void {
    if (ca !== undefined && sa !== undefined) this.#parts.of(ca).remote = sa
    else if (sa !== undefined) this.#parts.first.remote = sa
    else if (ca !== undefined) {
      setKind(this.#parts.first, 'server')
      this.#parts.first.remote = ca
    }
  }
}

function setKind(part: V1Part, kind: SpanKind): void {
  part.kind = SPAN_KINDS.indexOf(kind)
}

function isCore(name: string): name is CoreName {
  return Object.hasOwn(CORE_KINDS, name)
}

function textOf({ bytes, start, end }: TextPlace): string {
  return decodeUtf8(bytes, start, end)
}
