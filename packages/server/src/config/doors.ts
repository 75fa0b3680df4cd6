// The one table of doors: what each is called, which setting moves its port, what is spoken there. doors.ts opens those
// on which a dialect of dialects/registry.ts has something to serve.
import type { Settings } from './settings.ts'

/**
 * - `http`: HTTP/1.1.
 * - `grpc`: gRPC on HTTP/2, in plain text.
 * - `shared`: HTTP/1.1, HTTP/2 in plain text and gRPC on one port.
 * - `tls`: the same behind TLS, which tells HTTP/2 by ALPN; closed until there is a certificate.
 * - `udp`: datagrams, which nobody answers.
 */
export type DoorKind = 'http' | 'grpc' | 'shared' | 'tls' | 'udp'

type PortSetting = keyof Settings & `${string}Port`

export interface DoorEntry {
  readonly setting: PortSetting
  readonly kind: DoorKind
  /** Without it Clew does not start; another program on any other port only costs a warning and that one door. */
  readonly required: boolean
}

export const DOORS = {
  main: { setting: 'httpPort', kind: 'http', required: true },
  'otlp-http': { setting: 'otlpHttpPort', kind: 'http', required: true },
  'otlp-grpc': { setting: 'otlpGrpcPort', kind: 'grpc', required: true },
  tls: { setting: 'tlsPort', kind: 'tls', required: false },
  zipkin: { setting: 'zipkinPort', kind: 'shared', required: false },
  'jaeger-http': { setting: 'jaegerHttpPort', kind: 'http', required: false },
  'jaeger-grpc': { setting: 'jaegerGrpcPort', kind: 'grpc', required: false },
  'jaeger-compact': { setting: 'jaegerCompactPort', kind: 'udp', required: false },
  'jaeger-binary': { setting: 'jaegerBinaryPort', kind: 'udp', required: false },
  'jaeger-query': { setting: 'jaegerQueryPort', kind: 'http', required: false },
  'jaeger-query-grpc': { setting: 'jaegerQueryGrpcPort', kind: 'grpc', required: false },
  'sampling-http': { setting: 'samplingHttpPort', kind: 'http', required: false },
  'sampling-grpc': { setting: 'samplingGrpcPort', kind: 'grpc', required: false },
} as const satisfies Readonly<Record<string, DoorEntry>>

export type DoorName = keyof typeof DOORS

/** Every port of the table as 0, which is any free one: for tests and tools that open many at once. */
export function freePorts(): Pick<Settings, PortSetting> {
  const ports = Object.values(DOORS).map(({ setting }) => [setting, 0])
  return Object.fromEntries(ports) as Pick<Settings, PortSetting>
}
