// The tags that say in Jaeger what OTLP has fields for, and the attributes that keep in OTLP what only Jaeger has.
// OpenTelemetry's mapping: specification, "Transformation to non-OTLP Formats", and the Collector's pkg/translator/jaeger.

export const TAG_KEY = {
  kind: 'span.kind',
  error: 'error',
  statusCode: 'otel.status_code',
  statusDescription: 'otel.status_description',
  scopeName: 'otel.scope.name',
  scopeVersion: 'otel.scope.version',
  traceState: 'w3c.tracestate',
  droppedAttributes: 'otel.dropped_attributes_count',
  droppedEvents: 'otel.dropped_events_count',
  droppedLinks: 'otel.dropped_links_count',
} as const

/** The scope as exporters before 2022 named it; read where the newer name is missing, and left where it is. */
export const OLD_SCOPE_KEY = { name: 'otel.library.name', version: 'otel.library.version' } as const

/** The field of a log that is the name of the event. */
export const EVENT_KEY = 'event'

export const SERVICE_NAME_KEY = 'service.name'

/** What clients call the host in the tags of a process; OpenTelemetry's name for it is added beside it. */
export const HOST_KEY = { jaeger: 'hostname', resource: 'host.name' } as const

/** How a link was said: as OpenTracing's semantic convention has it. */
export const REFERENCE_KEY = 'opentracing.ref_type'
export const REFERENCE_TYPE = { CHILD_OF: 'child_of', FOLLOWS_FROM: 'follows_from' } as const

export const KEPT_KEY = {
  /** All flags of a span that has others than "sampled". */
  flags: 'clew.jaeger.flags',
  /** Microseconds, where nanoseconds since 1970 cannot say it: a time before 1970 or after 2554, an end before 1970. */
  start: 'clew.jaeger.start_time',
  duration: 'clew.jaeger.duration',
  timestamp: 'clew.jaeger.timestamp',
  /** On a link: it is the reference that made its span the parent. */
  isParent: 'clew.jaeger.is_parent',
  /** On the first link: which of all references was the parent, where it was not the first. */
  parentAt: 'clew.jaeger.parent_at',
  /** A list of texts, under the name that Jaeger 2 gives it (internal/jptrace/warning.go). */
  warnings: 'jaeger.internal.warnings',
} as const
