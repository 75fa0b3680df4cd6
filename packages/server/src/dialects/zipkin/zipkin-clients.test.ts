// Real senders of Zipkin for Node, as programs set them up: the exporter of OpenTelemetry, and zipkin-js in both versions.
import { createRequire } from 'node:module'
import { decodeResource, decodeScope, decodeSpan } from '@clew/codecs'
import type { Span, SpanBatch } from '@clew/model'
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type * as Zipkin from 'zipkin'
import type * as ZipkinTransportHttp from 'zipkin-transport-http'
import { openTestDoors, type TestDoors } from '../../doors-contract.ts'

// They are CommonJS, and one of them is made by hand.
const require = createRequire(import.meta.url)
const { BatchRecorder, ExplicitContext, jsonEncoder, sampler, Tracer, Annotation, InetAddress } =
  require('zipkin') as typeof Zipkin
const { HttpLogger } = require('zipkin-transport-http') as typeof ZipkinTransportHttp

describe('a Zipkin sender', () => {
  let doors: TestDoors
  beforeEach(async () => {
    doors = await openTestDoors()
  })
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
  })

  const url = (path: string) => `${doors.urlOf('zipkin')}${path}`

  /** Waits until `count` spans have come. */
  async function received(count: number): Promise<Span[]> {
    for (;;) {
      const spans = doors.consumer.consumed.flatMap(({ batch }) => spansOf(batch as SpanBatch))
      if (spans.length >= count) return spans
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  it('of OpenTelemetry sends a span with all it has', async () => {
    const provider = new NodeTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'checkout', 'service.version': '1.2', team: 'shop' }),
      spanProcessors: [new SimpleSpanProcessor(new ZipkinExporter({ url: url('/api/v2/spans') }))],
    })
    const span = provider.getTracer('shop', '7').startSpan('POST /pay', { kind: SpanKind.CLIENT })
    span.setAttributes({ 'cart.items': 3, 'peer.service': 'bank', 'server.address': 'bank.example' })
    span.addEvent('declined by bank')
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' })
    span.end()
    await provider.shutdown()
    trace.disable()
    const [sent] = await received(1)
    expect(sent).toMatchObject({
      traceId: span.spanContext().traceId,
      spanId: span.spanContext().spanId,
      name: 'POST /pay',
      kind: 'client',
      serviceName: 'checkout',
      status: { code: 'error', message: 'declined' },
      events: [{ name: 'declined by bank', attributes: [] }],
    })
    expect(textsOf(sent!)).toMatchObject({ 'cart.items': '3', 'peer.service': 'bank', team: 'shop' })
    expect(sent!.endTimeUnixNano).toBeGreaterThanOrEqual(sent!.startTimeUnixNano)
    expect(sent!.resource.attributes.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['service.name', 'service.version']),
    )
  })

  it.each([
    ['version 2', '/api/v2/spans', jsonEncoder.JSON_V2],
    ['version 1', '/api/v1/spans', jsonEncoder.JSON_V1],
  ] as const)('zipkin-js, %s, sends both halves of a call and a local span', async (_version, path, encoder) => {
    // A recorder each, as in two programs: one would take both halves for one span.
    const tracerOf = (localServiceName: string) => {
      const logger = new HttpLogger({ endpoint: url(path), jsonEncoder: encoder, httpInterval: 20 } as never)
      const recorder = new BatchRecorder({ logger: logger as never })
      const ctxImpl = new ExplicitContext()
      return new Tracer({ ctxImpl, recorder, localServiceName, sampler: new sampler.CountingSampler(1) } as never)
    }
    const frontend = tracerOf('frontend')
    const backend = tracerOf('backend')
    const id = frontend.createRootId()
    frontend.letId(id, () => {
      frontend.recordServiceName('frontend')
      frontend.recordRpc('Get')
      frontend.recordBinary('http.path', '/api')
      frontend.recordAnnotation(new Annotation.ClientSend())
      frontend.recordAnnotation(
        new Annotation.ServerAddr({ serviceName: 'backend', host: new InetAddress('10.0.0.7'), port: 8080 }),
      )
    })
    backend.letId(id, () => {
      backend.recordServiceName('backend')
      backend.recordRpc('Get')
      backend.recordAnnotation(new Annotation.ServerRecv())
      backend.local('look up', () => backend.recordMessage('cache miss'))
      backend.recordAnnotation(new Annotation.ServerSend())
    })
    frontend.letId(id, () => frontend.recordAnnotation(new Annotation.ClientRecv()))

    const spans = await received(3)
    const client = spans.find(({ kind }) => kind === 'client')!
    expect(client).toMatchObject({ spanId: id.spanId, serviceName: 'frontend' })
    expect(client.name.toLowerCase()).toBe('get')
    expect(textsOf(client)).toMatchObject({
      'http.path': '/api',
      'peer.service': 'backend',
      'network.peer.address': '10.0.0.7',
    })
    expect(spans.find(({ kind }) => kind === 'server')).toMatchObject({ serviceName: 'backend' })
    const local = spans.find(({ name }) => name === 'look up')!
    expect(local).toMatchObject({ traceId: client.traceId, events: [{ name: 'cache miss' }] })
    for (const { endTimeUnixNano, startTimeUnixNano } of spans)
      expect(endTimeUnixNano).toBeGreaterThanOrEqual(startTimeUnixNano)
  })
})

function spansOf(batch: SpanBatch): Span[] {
  return Array.from({ length: batch.count }, (_, row) => {
    const { service, resource, resourceSchemaUrl, scope, scopeSchemaUrl } = batch.origins[batch.origin[row]!]!
    const start = batch.itemOffset[row]!
    return decodeSpan(batch.bytes.subarray(start, start + batch.itemLength[row]!), {
      resource: decodeResource(resource, resourceSchemaUrl),
      scope: decodeScope(scope, scopeSchemaUrl),
      serviceName: service,
    })
  })
}

function textsOf(span: Span): Record<string, unknown> {
  return Object.fromEntries(
    span.attributes.map(({ key, value }) => [key, value.type === 'string' ? value.value : value]),
  )
}
