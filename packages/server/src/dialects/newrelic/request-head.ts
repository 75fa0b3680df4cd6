// What a request to the Trace API says before its body: content type, format, request id. New Relic's general requirements:
// https://docs.newrelic.com/docs/distributed-tracing/trace-api/trace-api-general-requirements-limits/
import { ClewError } from '@clew/model'
import type { Headers } from '../../access/keys.ts'

export type TraceFormat = 'newrelic' | 'zipkin'

/** The only version of each format. */
const VERSIONS: Readonly<Record<TraceFormat, string>> = { newrelic: '1', zipkin: '2' }
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Throws UNSUPPORTED_MEDIA_TYPE; parameters such as `charset=utf-8` do not matter. */
export function checkContentType(headers: Headers): void {
  const contentType = headerOf(headers, 'content-type')
  if (contentType.split(';')[0]!.trim().toLowerCase() === 'application/json') return
  throw new ClewError(
    'UNSUPPORTED_MEDIA_TYPE',
    `Content-Type: expected application/json, got ${contentType === '' ? 'none' : `"${contentType}"`}`,
  )
}

/** Of header or address; none at all means New Relic's own format. Throws INVALID_ARGUMENT for any other pair. */
export function readFormat(headers: Headers, url: string): TraceFormat {
  const format = readOne(headers, url, 'Data-Format')
  const version = readOne(headers, url, 'Data-Format-Version')
  if (format === undefined && version === undefined) return 'newrelic'
  if ((format === 'newrelic' || format === 'zipkin') && version === VERSIONS[format]) return format
  throw new ClewError(
    'INVALID_ARGUMENT',
    `Data-Format and Data-Format-Version: expected newrelic and 1, or zipkin and 2, got ${shown(format)} and ${shown(version)}`,
  )
}

/** The sender's own id of the request, lower-case; undefined without one, or where it is no UUID. */
export function readRequestId(headers: Headers): string | undefined {
  const id = headerOf(headers, 'x-request-id')
  return UUID.test(id) ? id.toLowerCase() : undefined
}

function readOne(headers: Headers, url: string, name: string): string | undefined {
  const said = new Set(
    [headerOf(headers, name.toLowerCase()), ...parametersOf(url, name)].filter((text) => text !== ''),
  )
  if (said.size > 1)
    throw new ClewError(
      'INVALID_ARGUMENT',
      `${name}: expected the same in header and address, got ${[...said].map(shown).join(' and ')}`,
    )
  return [...said][0]
}

/** '' when there is none. */
export function headerOf(headers: Headers, name: string): string {
  const value = headers[name]
  return (typeof value === 'string' ? value : (value?.[0] ?? '')).trim()
}

/** Names of parameters are told apart by case. */
export function parametersOf(url: string, name: string): readonly string[] {
  const query = url.indexOf('?')
  return query < 0 ? [] : new URLSearchParams(url.slice(query)).getAll(name)
}

function shown(text: string | undefined): string {
  return text === undefined ? 'none' : JSON.stringify(text.slice(0, 40))
}
