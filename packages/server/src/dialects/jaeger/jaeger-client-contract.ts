// The client library of Jaeger for Node (npm jaeger-client, 2017 to 2022) as programs set it up: a sender for tests.
import { createRequire } from 'node:module'

/** What is used of OpenTracing's and Jaeger's classes, which come without types. */
export interface OpenTracingSpan {
  setTag(key: string, value: unknown): OpenTracingSpan
  log(fields: Readonly<Record<string, unknown>>): OpenTracingSpan
  finish(): void
  context(): { readonly traceIdStr: string; readonly spanIdStr: string }
}

export interface JaegerTracer {
  startSpan(
    name: string,
    options?: { childOf?: unknown; references?: readonly unknown[]; tags?: Readonly<Record<string, unknown>> },
  ): OpenTracingSpan
  close(done: () => void): void
  /** Private, and the only way to see what a sampler was told. */
  readonly _sampler: { toString(): string }
}

interface JaegerClient {
  initTracer(config: object, options: object): JaegerTracer
}

interface OpenTracing {
  followsFrom(context: unknown): unknown
}

const require = createRequire(import.meta.url)

export interface ClientSettings {
  readonly serviceName: string
  /** `reporter` of the client's configuration: `agentHost` and `agentPort`, or `collectorEndpoint`. */
  readonly reporter: object
  readonly sampler?: object
  readonly is128Bit?: boolean
  readonly tags?: Readonly<Record<string, unknown>>
}

export function startTracer({
  serviceName,
  reporter,
  sampler,
  is128Bit = false,
  tags = {},
}: ClientSettings): JaegerTracer {
  const { initTracer } = require('jaeger-client') as JaegerClient
  const config = {
    serviceName,
    reporter: { flushIntervalMs: 10, ...reporter },
    sampler: { type: 'const', param: 1, ...sampler },
  }
  return initTracer(config, {
    tags,
    traceId128bit: is128Bit,
    logger: { info: () => {}, error: (message: string) => failures.push(message) },
  })
}

/** What clients complained about since the last look. */
export function takeFailures(): readonly string[] {
  return failures.splice(0)
}

const failures: string[] = []

export function followsFrom(span: OpenTracingSpan): unknown {
  return (require('opentracing') as OpenTracing).followsFrom(span.context())
}

/** Sends what is left and closes the connection. */
export function stopTracer(tracer: JaegerTracer): Promise<void> {
  return new Promise((resolve) => tracer.close(resolve))
}
