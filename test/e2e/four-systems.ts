// Four small programs for tests, each traced by another system's own client: one goes on with the trace that came in the
// headers of its request, and hands it on in those that it would send itself. What it recorded is sent when it stops.
import { type EventEmitter, once } from 'node:events'
import { createRequire } from 'node:module'
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import type * as Zipkin from 'zipkin'
import type * as ZipkinTransportHttp from 'zipkin-transport-http'
import {
  type JaegerTracer,
  startTracer,
  stopTracer,
} from '../../packages/server/src/dialects/jaeger/jaeger-client-contract.ts'
import { NODE_SDK, type SdkRequest, type SdkSpan, sendBySdk } from '../clients/newrelic-sdks/send-by-sdk.ts'
import { newSpanId } from './otlp-json.ts'

/** Names in lower case. */
export type Headers = Readonly<Record<string, string>>

export interface Program {
  /** Takes a request, and returns the headers of the one that it sends to the next program meanwhile. */
  handle(incoming: Headers): Headers
  /** Resolves when what was recorded is acknowledged, as far as its client can tell. */
  stop(): Promise<void>
}

/** OpenTelemetry with B3 headers: a server span, and below it a client span. */
export function openTelemetryProgram(service: string, url: string): Program {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
  })
  const propagator = new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER })
  const tracer = provider.getTracer('test')
  const getter = { get: (carrier: Headers, key: string) => carrier[key], keys: Object.keys }
  return {
    handle(incoming) {
      const received = propagator.extract(ROOT_CONTEXT, incoming, getter)
      const server = tracer.startSpan('serve', { kind: SpanKind.SERVER }, received)
      const serving = trace.setSpan(received, server)
      const client = tracer.startSpan('call', { kind: SpanKind.CLIENT }, serving)
      const outgoing: Record<string, string> = {}
      propagator.inject(trace.setSpan(serving, client), outgoing, {
        set: (carrier, key, value) => {
          carrier[key] = String(value)
        },
      })
      client.end()
      server.end()
      return outgoing
    },
    stop: () => provider.shutdown(),
  }
}

// Zipkin's and Jaeger's clients are CommonJS.
const require = createRequire(import.meta.url)

/** zipkin-js: a server span that shares the id of its caller's span, and below it a client span. */
export function zipkinProgram(service: string, endpoint: string): Program {
  const { BatchRecorder, ExplicitContext, Instrumentation, jsonEncoder, option, sampler, Tracer } =
    require('zipkin') as typeof Zipkin
  const { HttpLogger } = require('zipkin-transport-http') as typeof ZipkinTransportHttp
  const logger = new HttpLogger({ endpoint, jsonEncoder: jsonEncoder.JSON_V2, httpInterval: 20 } as never)
  const sent = once(logger as unknown as EventEmitter, 'success')
  const tracer = new Tracer({
    ctxImpl: new ExplicitContext(),
    recorder: new BatchRecorder({ logger: logger as never }),
    localServiceName: service,
    sampler: new sampler.CountingSampler(1),
  } as never)
  const server = new Instrumentation.HttpServer({ tracer, port: 80 })
  const client = new Instrumentation.HttpClient({ tracer })
  return {
    handle: (incoming) =>
      tracer.scoped(() => {
        const read = (name: string) => option.fromNullable(incoming[name.toLowerCase()]) as never
        const serving = server.recordRequest('POST', 'http://localhost/serve', read)
        const { headers } = client.recordRequest({ headers: {} }, 'http://localhost/call', 'GET')
        client.recordResponse(tracer.id, '200')
        server.recordResponse(serving, '200')
        return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
      }),
    async stop() {
      await sent
    },
  }
}

/** jaeger-client, which reads B3 headers and writes its own: a server span, and below it a client span. */
export function jaegerProgram(service: string, collectorEndpoint: string): Program {
  const { ZipkinB3TextMapCodec } = require('jaeger-client') as {
    ZipkinB3TextMapCodec: new (options: object) => unknown
  }
  const tracer = startTracer({ serviceName: service, reporter: { collectorEndpoint } }) as PropagatingTracer
  tracer.registerExtractor('http_headers', new ZipkinB3TextMapCodec({ urlEncoding: true }))
  return {
    handle(incoming) {
      const server = tracer.startSpan('serve', {
        childOf: tracer.extract('http_headers', incoming),
        tags: { 'span.kind': 'server' },
      })
      const client = tracer.startSpan('call', { childOf: server, tags: { 'span.kind': 'client' } })
      const outgoing: Record<string, string> = {}
      tracer.inject(client.context(), 'http_headers', outgoing)
      client.finish()
      server.finish()
      return outgoing
    },
    stop: () => stopTracer(tracer),
  }
}

interface PropagatingTracer extends JaegerTracer {
  registerExtractor(format: string, codec: unknown): void
  extract(format: string, carrier: Headers): unknown
  inject(context: unknown, format: string, carrier: Record<string, string>): void
}

/** New Relic's Telemetry SDK, which knows spans and no headers: the program reads those of Jaeger itself. */
export function newRelicProgram(service: string, request: Omit<SdkRequest, 'spans'>): Program {
  const spans: SdkSpan[] = []
  return {
    handle(incoming) {
      // {trace-id}:{span-id}:{parent-span-id}:{flags}, zeros in front left out.
      // https://www.jaegertracing.io/docs/1.76/architecture/apis/#propagation-format
      const [traceId, parentId] = decodeURIComponent(incoming['uber-trace-id']!).split(':') as [string, string]
      spans.push({
        ...{ id: newSpanId(), traceId: traceId.padStart(traceId.length > 16 ? 32 : 16, '0') },
        ...{ parentId: parentId.padStart(16, '0'), name: 'serve', service, timestamp: Date.now(), durationMs: 1 },
      })
      return {}
    },
    async stop() {
      const { status, body } = await sendBySdk(NODE_SDK, { ...request, spans })
      if (status !== 202) throw new Error(`the Trace API answered ${status} ${body}`)
    },
  }
}
