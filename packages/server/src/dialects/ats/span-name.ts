// The three parts of a span's name in ATS, `service:instance:transaction`, and where they are in OpenTelemetry's words.
import { type Attributes, stringAttribute } from '@clew/model'

/** Attributes of a resource that name an instance of a service, by rank. */
export const INSTANCE_KEYS = ['service.instance.id', 'k8s.pod.name', 'host.name'] as const

export interface AtsName {
  readonly service: string
  /** '' where nothing names it. */
  readonly instance: string
  readonly transaction: string
}

/** A name that came in ATS's form, as its agents write it in Zipkin's format, is taken for what it says. */
export function atsName(service: string, resource: Attributes, spanName: string): AtsName {
  const instance = instanceOf(resource)
  const named = splitName(service, spanName)
  if (named === undefined || (instance !== '' && instance !== named.instance))
    return { service, instance, transaction: spanName }
  return { service, ...named }
}

/** The transaction of a span name of a service, whatever its instance. */
export function transactionOf(service: string, spanName: string): string {
  return splitName(service, spanName)?.transaction ?? spanName
}

function instanceOf(resource: Attributes): string {
  for (const key of INSTANCE_KEYS) {
    const value = stringAttribute(resource, key)
    if (value !== undefined && value !== '') return value
  }
  return ''
}

function splitName(service: string, name: string): Omit<AtsName, 'service'> | undefined {
  if (!name.startsWith(`${service}:`)) return undefined
  const start = service.length + 1
  const end = name.indexOf(':', start)
  return end < 0 ? undefined : { instance: name.slice(start, end), transaction: name.slice(end + 1) }
}
