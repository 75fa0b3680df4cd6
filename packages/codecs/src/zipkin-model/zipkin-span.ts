// A Zipkin v2 span as an object: what the encoders write. The write path never makes one.

export interface ZipkinEndpoint {
  /** '' where there is none, as for the addresses. */
  readonly serviceName: string
  readonly ipv4: string
  readonly ipv6: string
  /** 0: none. */
  readonly port: number
}

export const ZIPKIN_KINDS = ['', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
/** '' where there is none: a local operation. */
export type ZipkinKind = (typeof ZIPKIN_KINDS)[number]

export interface ZipkinAnnotation {
  /** Microseconds since 1970. */
  readonly timestamp: bigint
  readonly value: string
}

export interface ZipkinSpan {
  /** 32 lower-case hex digits, or 16 where the high half is zero. */
  readonly traceId: string
  readonly id: string
  /** '' for a root. */
  readonly parentId: string
  readonly kind: ZipkinKind
  readonly name: string
  /** Microseconds since 1970; 0 where there is none. */
  readonly timestamp: bigint
  /** Microseconds. */
  readonly duration: bigint | undefined
  readonly localEndpoint: ZipkinEndpoint
  readonly remoteEndpoint: ZipkinEndpoint
  readonly annotations: readonly ZipkinAnnotation[]
  readonly tags: ReadonlyMap<string, string>
  readonly debug: boolean
  readonly shared: boolean
}

export const NO_ENDPOINT: ZipkinEndpoint = { serviceName: '', ipv4: '', ipv6: '', port: 0 }

export function isNoEndpoint({ serviceName, ipv4, ipv6, port }: ZipkinEndpoint): boolean {
  return serviceName === '' && ipv4 === '' && ipv6 === '' && port === 0
}
