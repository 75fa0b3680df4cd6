// Under which names OTLP keeps what Zipkin says and OTLP has no field for, and the tags that OTLP has fields for.
// OpenTelemetry's mapping: specification, trace/sdk_exporters/zipkin.md, and "Transformation to non-OTLP Formats".

/** Attributes that only Clew writes. Booleans are there only when true. */
export const ZIPKIN_KEY = {
  debug: 'zipkin.debug',
  shared: 'zipkin.shared',
  /** Microseconds, where nanoseconds cannot say it: a time after 2554, a duration without a start. */
  timestamp: 'zipkin.timestamp',
  duration: 'zipkin.duration',
  /** False: there was no remote endpoint, though the tags name a peer. */
  remote: 'zipkin.remote_endpoint',
  /** What an endpoint said where a tag has the name that its value would be under; '' where it said nothing. */
  localService: 'zipkin.local_endpoint.service_name',
  localPort: 'zipkin.local_endpoint.port',
  remoteService: 'zipkin.remote_endpoint.service_name',
  remoteAddress: 'zipkin.remote_endpoint.address',
  remotePort: 'zipkin.remote_endpoint.port',
  /** The second address of an endpoint that has both. */
  localIpv6: 'zipkin.local_endpoint.ipv6',
  remoteIpv6: 'zipkin.remote_endpoint.ipv6',
} as const

/** Before the key of a tag that would be read as something else: one that begins with `zipkin.`, and `service.name`. */
export const TAG_PREFIX = 'zipkin.tag.'

/** Where the values of endpoints are, under OpenTelemetry's names. */
export const ENDPOINT_KEY = {
  /** On the resource. */
  localService: 'service.name',
  localAddress: 'network.local.address',
  /** On the span. Ports are integers there, and tags are strings. */
  localPort: 'network.local.port',
  remoteService: 'peer.service',
  remoteAddress: 'network.peer.address',
  remotePort: 'network.peer.port',
} as const

/** Who else may name the peer of a client or producer, by rank (zipkin.md, "Remote endpoint"). */
export const PEER_NAME_KEYS = [
  'server.address',
  'net.peer.name',
  'net.sock.peer.name',
  'peer.hostname',
  'peer.address',
  'db.name',
] as const

/** Tags that OTLP has fields for. */
export const TAG_KEY = {
  error: 'error',
  statusCode: 'otel.status_code',
  scopeName: 'otel.scope.name',
  scopeVersion: 'otel.scope.version',
  traceState: 'w3c.tracestate',
  droppedAttributes: 'otel.dropped_attributes_count',
  droppedEvents: 'otel.dropped_events_count',
  droppedLinks: 'otel.dropped_links_count',
} as const

/** A link, numbered from 0, as the Collector writes them: `otlp.link.0`. */
export const LINK_PREFIX = 'otlp.link.'
