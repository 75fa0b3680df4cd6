// An endpoint as JSON, the same in both versions.
import type { ZipkinEndpoint } from './zipkin-span.ts'

export function endpointJson({ serviceName, ipv4, ipv6, port }: ZipkinEndpoint): string {
  const fields: string[] = []
  if (serviceName !== '') fields.push(`"serviceName":${JSON.stringify(serviceName)}`)
  if (ipv4 !== '') fields.push(`"ipv4":${JSON.stringify(ipv4)}`)
  if (ipv6 !== '') fields.push(`"ipv6":${JSON.stringify(ipv6)}`)
  if (port !== 0) fields.push(`"port":${port}`)
  return `{${fields.join(',')}}`
}
