// Jaeger's own client library for Node as a sender: to the agent's UDP port, to the collector's HTTP port, and as one that
// polls which traces to record.
import { decodeOtlpSpans, encodeTraces } from '@clew/codecs'
import type { Span, SpanBatch } from '@clew/model'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { spansOf } from '../../../../codecs/src/codec-contract.ts'
import { openTestDoors, type TestDoors } from '../../doors-contract.ts'
import { followsFrom, type JaegerTracer, startTracer, stopTracer, takeFailures } from './jaeger-client-contract.ts'

let doors: TestDoors
let tracer: JaegerTracer | undefined

beforeAll(async () => {
  doors = await openTestDoors({
    jaegerSamplingStrategies: JSON.stringify({
      service_strategies: [{ service: 'rare', type: 'probabilistic', param: 0.25 }],
      default_strategy: { type: 'ratelimiting', param: 7 },
    }),
  })
})
afterEach(async () => {
  if (tracer !== undefined) await stopTracer(tracer)
  tracer = undefined
  doors.consumer.consumed.length = 0
  expect(takeFailures()).toEqual([])
})
afterAll(async () => {
  // Polls that are under way are answered.
  await doors.stop(1_000)
  doors.metrics.stop()
})

const portOf = (name: Parameters<TestDoors['urlOf']>[0]) => Number(new URL(doors.urlOf(name)).port)
const received = (): Span[] => doors.consumer.consumed.flatMap(({ batch }) => spansOf(batch as SpanBatch))

const reporters: [string, () => object][] = [
  ['UDP', () => ({ agentHost: 'localhost', agentPort: portOf('jaeger-binary') })],
  ['UDP on the port of the compact protocol', () => ({ agentHost: '127.0.0.1', agentPort: portOf('jaeger-compact') })],
  ['HTTP', () => ({ collectorEndpoint: `${doors.urlOf('jaeger-http')}/api/traces` })],
]

describe.each(reporters)('the Jaeger client for Node over %s', (_name, reporter) => {
  it.each([false, true])('sends spans with all they have; ids of 128 bits: %s', async (is128Bit) => {
    tracer = startTracer({ serviceName: 'checkout', reporter: reporter(), is128Bit, tags: { zone: 'b', replicas: 3 } })
    const root = tracer.startSpan('POST /pay', { tags: { 'span.kind': 'server', 'http.status_code': 500 } })
    const child = tracer.startSpan('charge', { childOf: root })
    child.setTag('error', true).setTag('amount', 12.5).setTag('card', 'declined')
    child.log({ event: 'retry', attempt: 2 })
    const later = tracer.startSpan('mail', { references: [followsFrom(child)] })
    for (const span of [later, child, root]) span.finish()
    await stopTracer(tracer)
    tracer = undefined
    await expect.poll(() => received().length).toBe(3)

    const spans = new Map(received().map((span) => [span.name, span]))
    const [rootSpan, childSpan, laterSpan] = ['POST /pay', 'charge', 'mail'].map((name) => spans.get(name)!)
    const traceId = root.context().traceIdStr
    // The client leaves out zeros in front.
    expect(traceId.length > 16).toBe(is128Bit)
    expect(rootSpan).toMatchObject({
      traceId: traceId.padStart(32, '0'),
      spanId: root.context().spanIdStr.padStart(16, '0'),
      parentSpanId: '',
      kind: 'server',
      flags: 1,
      serviceName: 'checkout',
    })
    expect(rootSpan!.attributes).toContainEqual({ key: 'http.status_code', value: { type: 'double', value: 500 } })
    expect(rootSpan!.resource.attributes).toEqual(
      expect.arrayContaining([
        { key: 'service.name', value: { type: 'string', value: 'checkout' } },
        { key: 'zone', value: { type: 'string', value: 'b' } },
        { key: 'replicas', value: { type: 'double', value: 3 } },
        { key: 'jaeger.version', value: { type: 'string', value: 'Node-3.19.0' } },
        { key: 'host.name', value: { type: 'string', value: expect.any(String) } },
      ]),
    )
    expect(childSpan).toMatchObject({
      parentSpanId: rootSpan!.spanId,
      status: { code: 'error', message: '' },
      links: [],
      events: [{ name: 'retry', attributes: [{ key: 'attempt', value: { type: 'double', value: 2 } }] }],
    })
    expect(childSpan!.attributes).toEqual([
      { key: 'amount', value: { type: 'double', value: 12.5 } },
      { key: 'card', value: { type: 'string', value: 'declined' } },
    ])
    expect(childSpan!.endTimeUnixNano).toBeGreaterThanOrEqual(childSpan!.startTimeUnixNano)
    expect(laterSpan).toMatchObject({ traceId: rootSpan!.traceId, parentSpanId: childSpan!.spanId })
    expect(spansOf(decodeOtlpSpans(encodeTraces(received(), 'protobuf'), 'protobuf').batch)).toHaveLength(3)
  })
})

describe('the Jaeger client for Node that polls for a strategy', () => {
  it.each([
    ['rare', /ProbabilisticSampler.*0\.25/],
    ['any other', /RateLimitingSampler.*7/],
  ])('is told that of the service %s', async (serviceName, sampler) => {
    tracer = startTracer({
      serviceName,
      reporter: { agentHost: 'localhost', agentPort: portOf('jaeger-binary') },
      sampler: { type: 'remote', param: 0.9, host: 'localhost', port: portOf('sampling-http'), refreshIntervalMs: 100 },
    })
    await expect.poll(() => describeSampler(tracer!)).toMatch(sampler)
  })
})

function describeSampler(of: JaegerTracer): string {
  const { _sampler: remote } = of as unknown as { _sampler: { _sampler: { toString(): string } } }
  return remote._sampler.toString()
}
