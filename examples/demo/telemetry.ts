// The OpenTelemetry SDK as each service of the demo would set it up: a tracer and a logger provider of its own, batches,
// OTLP over HTTP.
import { context, type HrTime, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { SeverityNumber } from '@opentelemetry/api-logs'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import type { PlannedSpan } from './planned-span.ts'
import { SERVICES, type ServiceName } from './services.ts'

interface Service {
  readonly tracers: NodeTracerProvider
  readonly loggers: LoggerProvider
}

export class Telemetry {
  readonly #services: ReadonlyMap<ServiceName, Service>

  /** `endpoint` is the base address of OTLP/HTTP, for example http://localhost:4318. */
  constructor(endpoint: string, headers: Record<string, string> = {}) {
    this.#services = new Map(
      (Object.keys(SERVICES) as ServiceName[]).map((name) => {
        const resource = resourceFromAttributes(SERVICES[name])
        const spans = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers })
        const logs = new OTLPLogExporter({ url: `${endpoint}/v1/logs`, headers })
        return [
          name,
          {
            tracers: new NodeTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(spans)] }),
            loggers: new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter: logs })] }),
          },
        ]
      }),
    )
  }

  /** Records a planned run as if its root had started at `startMs` (Unix time). Returns the trace id. */
  record(run: PlannedSpan, startMs: number): string {
    return this.#record(run, startMs, undefined).spanContext().traceId
  }

  #record(planned: PlannedSpan, originMs: number, parent: Span | undefined): Span {
    const { tracers, loggers } = this.#services.get(planned.service)!
    const parentContext = parent === undefined ? context.active() : trace.setSpan(context.active(), parent)
    const links = planned.linksToParent && parent !== undefined ? [{ context: parent.spanContext() }] : []
    const at = (ms: number): HrTime => hrTime(originMs, ms)
    const span = tracers
      .getTracer('eco2.scan', '1.8.2')
      .startSpan(
        planned.name,
        { kind: planned.kind, attributes: planned.attributes, startTime: at(planned.startMs), links },
        parentContext,
      )
    for (const event of planned.events) span.addEvent(event.name, event.attributes ?? {}, at(event.atMs))
    if (planned.failure !== undefined) {
      const { type, message, stack } = planned.failure
      span.recordException({ name: type, message, stack }, at(planned.endMs - 0.1))
      span.setStatus({ code: SpanStatusCode.ERROR, message })
    }
    const logger = loggers.getLogger('structlog')
    for (const line of planned.logs)
      logger.emit({
        timestamp: at(line.atMs),
        observedTimestamp: at(line.atMs),
        severityNumber: SeverityNumber[line.severity],
        severityText: line.severity,
        body: line.body,
        attributes: line.attributes ?? {},
        context: trace.setSpan(context.active(), span),
      })
    for (const child of planned.children) this.#record(child, originMs, span)
    span.end(at(planned.endMs))
    return span
  }

  /** Sends what is waiting. */
  async flush(): Promise<void> {
    await Promise.all(
      [...this.#services.values()].flatMap(({ tracers, loggers }) => [tracers.forceFlush(), loggers.forceFlush()]),
    )
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...this.#services.values()].flatMap(({ tracers, loggers }) => [tracers.shutdown(), loggers.shutdown()]),
    )
  }
}

/** Seconds and nanoseconds; a plain number of milliseconds would lose the digits that order spans. */
function hrTime(originMs: number, offsetMs: number): HrTime {
  const wholeMs = Math.floor(offsetMs)
  const ms = originMs + wholeMs
  return [Math.floor(ms / 1000), (ms % 1000) * 1_000_000 + Math.floor((offsetMs - wholeMs) * 1_000_000)]
}
