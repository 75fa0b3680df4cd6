// A span as ATS tells it: the text of a JSON object in the layout of Zipkin v1, with a name of three parts, and what ATS
// knows of a call among its binary annotations (apm_04_0016).
import { toZipkinSpan, type ZipkinSpan } from '@clew/codecs'
import { ClewError, type Span, type SpanKind } from '@clew/model'
import { decodeStored, type TraceLine } from '../read-trace.ts'
import { atsName } from './span-name.ts'

/** Annotations at start and end of a call. What is no call has none: its endpoint is in a binary annotation `lc`. */
const CORE: Partial<Record<SpanKind, readonly [begin: string, end: string]>> = {
  client: ['cs', 'cr'],
  server: ['sr', 'ss'],
}

const METHOD_KEYS = ['http.request.method', 'http.method']
const STATUS_CODE_KEYS = ['http.response.status_code', 'http.status_code']

interface BinaryAnnotation {
  readonly key: string
  readonly value: string
  readonly endpoint?: object
}

/** Never throws: a stored span that cannot be read is told with what says so. */
export function renderLine(traceId: string, { stored, outline }: TraceLine): string {
  try {
    return renderSpan(decodeStored(stored))
  } catch (error) {
    if (!(error instanceof ClewError)) throw error
    const name = printName(atsName(stored.origin.serviceName, stored.origin.resource.attributes, ''))
    return printObject([
      ['traceId', shortId(traceId)],
      ['id', stored.spanId],
      ['name', name],
      ['timestamp', outline.startTimeUnixNano / 1000n],
      ['annotations', []],
      ['binaryAnnotations', [{ key: 'clew.unreadable', value: error.message }]],
    ])
  }
}

export function renderSpan(span: Span): string {
  const zipkin = toZipkinSpan(span)
  const { timestamp, duration } = zipkin
  return printObject([
    ['traceId', zipkin.traceId],
    ['id', zipkin.id],
    ...(zipkin.parentId === '' ? [] : [['parentId', zipkin.parentId] as const]),
    ['name', printName(atsName(span.serviceName, span.resource.attributes, span.name))],
    ...(timestamp === 0n ? [] : [['timestamp', timestamp] as const]),
    ...(duration === undefined ? [] : [['duration', duration] as const]),
    ['annotations', annotations(span, zipkin)],
    ['binaryAnnotations', binaryAnnotations(span, zipkin)],
  ])
}

/** 0 for what has no part in a call between services, 1 for the others; the original does not say what its numbers mean. */
export function callType(kind: SpanKind): string {
  return kind === 'unspecified' || kind === 'internal' ? '0' : '1'
}

function annotations({ kind }: Span, zipkin: ZipkinSpan): readonly object[] {
  const { timestamp, duration } = zipkin
  const core = CORE[kind]
  const endpoint = endpointOf(zipkin.localEndpoint)
  const at = (time: bigint, value: string) => ({ timestamp: time, value, ...(endpoint && { endpoint }) })
  const events = zipkin.annotations.map((annotation) => at(annotation.timestamp, annotation.value))
  if (core === undefined || timestamp === 0n) return events
  const end = duration === undefined ? [] : [at(timestamp + duration, core[1])]
  return [at(timestamp, core[0]), ...events, ...end]
}

/** By key. What came in under a key of ATS's is given back as it came. */
function binaryAnnotations(span: Span, zipkin: ZipkinSpan): readonly BinaryAnnotation[] {
  const { kind } = span
  const values = new Map<string, string>(knownOfCall(span, zipkin))
  if (kind === 'producer' || kind === 'consumer') values.set('span.kind', kind)
  for (const [key, value] of zipkin.tags) values.set(key, value)
  const found: BinaryAnnotation[] = [...values].map(([key, value]) => ({ key, value }))
  const local = endpointOf(zipkin.localEndpoint)
  if (CORE[kind] === undefined && local !== undefined && !values.has('lc'))
    found.push({ key: 'lc', value: '', endpoint: local })
  const remote = endpointOf(zipkin.remoteEndpoint)
  const address = kind === 'server' ? 'ca' : kind === 'producer' || kind === 'consumer' ? 'ma' : 'sa'
  if (remote !== undefined && !values.has(address)) found.push({ key: address, value: 'true', endpoint: remote })
  return found.sort((a, b) => (a.key < b.key ? -1 : 1))
}

function knownOfCall({ kind, status, startTimeUnixNano: start }: Span, { tags }: ZipkinSpan): [string, string][] {
  const known: [string, string][] = [
    ['async', kind === 'producer' || kind === 'consumer' ? '1' : '0'],
    ['result', status.code === 'error' ? '1' : '0'],
    ['type', callType(kind)],
  ]
  const method = firstOf(tags, METHOD_KEYS)
  if (method !== undefined) known.push(['append', method])
  const code = firstOf(tags, STATUS_CODE_KEYS)
  if (code !== undefined) known.push(['resultCode', code])
  if (start !== 0n) known.push(['seqno', String(start)])
  return known
}

function firstOf(tags: ReadonlyMap<string, string>, keys: readonly string[]): string | undefined {
  return keys.map((key) => tags.get(key)).find((value) => value !== undefined)
}

/** Undefined where nothing is known; ATS has no word for an address of IPv6. */
function endpointOf({ serviceName, ipv4, port }: ZipkinSpan['localEndpoint']): object | undefined {
  if (serviceName === '' && ipv4 === '' && port === 0) return undefined
  return {
    ...(serviceName === '' ? {} : { serviceName }),
    ...(ipv4 === '' ? {} : { ipv4 }),
    ...(port === 0 ? {} : { port }),
  }
}

function printName({ service, instance, transaction }: ReturnType<typeof atsName>): string {
  return `${service}:${instance}:${transaction}`
}

/** 16 digits where the high half is zero. */
export function shortId(traceId: string): string {
  return traceId.replace(/^0{16}/, '')
}

type Printed = string | bigint | readonly object[]

/** JSON with whole numbers of any size. */
function printObject(members: readonly (readonly [string, Printed])[]): string {
  return `{${members.map(([key, value]) => `"${key}":${print(value)}`).join(',')}}`
}

function print(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(print).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}:${print(member)}`)
    .join(',')}}`
}
