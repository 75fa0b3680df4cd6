// A v2 span as v1 says it: kinds and times become core annotations, the remote endpoint becomes an address.
// The inverse of v1-to-v2.ts, and like Zipkin's server does it (zipkin2/v1/V2SpanConverter).
import { isNoEndpoint, type ZipkinAnnotation, type ZipkinKind, type ZipkinSpan } from './zipkin-span.ts'

export interface V1SpanContent {
  /** 0: none, as a shared span leaves the times to its owner. */
  readonly timestamp: bigint
  readonly duration: bigint
  readonly annotations: readonly ZipkinAnnotation[]
  /** Strings, at the local endpoint. */
  readonly tags: readonly (readonly [key: string, value: string])[]
  /** The key that marks the remote endpoint as an address; '' where there is none. */
  readonly addressKey: '' | 'sa' | 'ca' | 'ma'
}

interface CoreNames {
  readonly begin: string
  readonly end: string
  readonly address: 'sa' | 'ca' | 'ma'
}

const CORE: Readonly<Record<ZipkinKind, CoreNames>> = {
  '': { begin: '', end: '', address: 'sa' },
  CLIENT: { begin: 'cs', end: 'cr', address: 'sa' },
  SERVER: { begin: 'sr', end: 'ss', address: 'ca' },
  PRODUCER: { begin: 'ms', end: 'ws', address: 'ma' },
  CONSUMER: { begin: 'wr', end: 'mr', address: 'ma' },
}

export function v1Content(span: ZipkinSpan): V1SpanContent {
  const { timestamp, localEndpoint, remoteEndpoint } = span
  const duration = span.duration ?? 0n
  const core = CORE[span.kind]
  const hasEnd = timestamp !== 0n && duration !== 0n
  // A consumer that took no time has received, and nothing more.
  const begin = span.kind === 'CONSUMER' && !hasEnd ? 'mr' : core.begin
  const annotations: ZipkinAnnotation[] = []
  if (timestamp !== 0n && begin !== '') annotations.push({ timestamp, value: begin })
  annotations.push(...span.annotations)
  if (hasEnd && core.end !== '') annotations.push({ timestamp: timestamp + duration, value: core.end })
  const tags = [...span.tags]
  // Something has to carry the local endpoint.
  if (annotations.length === 0 && tags.length === 0 && !isNoEndpoint(localEndpoint)) tags.push(['lc', ''])
  return {
    timestamp: span.shared ? 0n : timestamp,
    duration: span.shared ? 0n : duration,
    annotations,
    tags,
    addressKey: isNoEndpoint(remoteEndpoint) ? '' : core.address,
  }
}
