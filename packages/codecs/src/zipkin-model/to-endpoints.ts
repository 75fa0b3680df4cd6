// The endpoints of a Zipkin span out of the attributes that say them; what is taken is removed, the rest become tags.
import { ENDPOINT_KEY, PEER_NAME_KEYS, ZIPKIN_KEY } from './attribute-keys.ts'
import { isIpAddress } from './ip-address.ts'
import type { Attribute } from './to-zipkin-span.ts'
import { NO_ENDPOINT, type ZipkinEndpoint, type ZipkinKind } from './zipkin-span.ts'

const MAX_PORT = 0xffffn

export function localEndpoint(resource: Attribute, own: Attribute): ZipkinEndpoint {
  // Marked as a tag: it was no endpoint that said it.
  const isTag = takeText(resource, ZIPKIN_KEY.localService) !== undefined
  const serviceName = isTag ? '' : takeText(resource, ENDPOINT_KEY.localService)
  return {
    serviceName: serviceName ?? '',
    ...addresses(takeAddress(resource, ENDPOINT_KEY.localAddress), takeAddress(resource, ZIPKIN_KEY.localIpv6)),
    port: takePort(own, ZIPKIN_KEY.localPort) ?? takePort(own, ENDPOINT_KEY.localPort) ?? 0,
  }
}

export function remoteEndpoint(own: Attribute, kind: ZipkinKind): ZipkinEndpoint {
  const isAbsent = own.get(ZIPKIN_KEY.remote)
  if (isAbsent?.type === 'bool' && !isAbsent.value) {
    own.delete(ZIPKIN_KEY.remote)
    return NO_ENDPOINT
  }
  return {
    serviceName:
      takeText(own, ZIPKIN_KEY.remoteService) ?? takeText(own, ENDPOINT_KEY.remoteService) ?? guessedPeer(own, kind),
    ...addresses(
      takeText(own, ZIPKIN_KEY.remoteAddress) ?? takeAddress(own, ENDPOINT_KEY.remoteAddress),
      takeAddress(own, ZIPKIN_KEY.remoteIpv6),
    ),
    port: takePort(own, ZIPKIN_KEY.remotePort) ?? takePort(own, ENDPOINT_KEY.remotePort) ?? 0,
  }
}

/** Without it Zipkin draws no dependency. The attribute stays a tag. */
function guessedPeer(own: Attribute, kind: ZipkinKind): string {
  if (kind !== 'CLIENT' && kind !== 'PRODUCER') return ''
  for (const key of PEER_NAME_KEYS) {
    const value = own.get(key)
    if (value?.type === 'string' && value.value !== '') return value.value
  }
  return ''
}

function addresses(first = '', second = ''): { ipv4: string; ipv6: string } {
  return first.includes(':') ? { ipv4: '', ipv6: first } : { ipv4: first, ipv6: second }
}

function takeText(attributes: Attribute, key: string): string | undefined {
  const value = attributes.get(key)
  if (value?.type !== 'string') return undefined
  attributes.delete(key)
  return value.value
}

function takeAddress(attributes: Attribute, key: string): string | undefined {
  const value = attributes.get(key)
  return value?.type === 'string' && isIpAddress(value.value) ? takeText(attributes, key) : undefined
}

function takePort(attributes: Attribute, key: string): number | undefined {
  const value = attributes.get(key)
  if (value?.type !== 'int' || value.value < 1n || value.value > MAX_PORT) return undefined
  attributes.delete(key)
  return Number(value.value)
}
