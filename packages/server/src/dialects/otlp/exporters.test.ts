// The official OpenTelemetry exporters as senders: what they send is taken, and what they are told they heed.

import { decodeSpan } from '@clew/codecs'
import type { SpanBatch } from '@clew/model'
import { context, trace } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import { OTLPTraceExporter as HttpTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { NodeTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestDoors, refusal, type TestDoors } from '../../doors-contract.ts'

const GZIP = 'gzip' as never

describe('an OpenTelemetry exporter', () => {
  let doors: TestDoors
  beforeEach(async () => {
    doors = await openTestDoors()
  })
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
  })

  const exporters: [string, () => SpanExporter][] = [
    ['HTTP', () => new HttpTraceExporter({ url: `${doors.urls.otlpHttp}/v1/traces` })],
    ['HTTP with gzip', () => new HttpTraceExporter({ url: `${doors.urls.otlpHttp}/v1/traces`, compression: GZIP })],
    ['gRPC', () => new GrpcTraceExporter({ url: doors.urls.otlpGrpc })],
    ['gRPC with gzip', () => new GrpcTraceExporter({ url: doors.urls.otlpGrpc, compression: GZIP })],
  ]

  it.each(exporters)('over %s sends a span with all it has', async (_name, createExporter) => {
    await sendSpan(createExporter())
    const batch = doors.consumer.consumed[0]!.batch as SpanBatch
    expect(batch.origins[0]?.service).toBe('checkout')
    expect(onlySpan(batch)).toMatchObject({
      name: 'POST /pay',
      kind: 'server',
      status: { code: 'error', message: 'declined' },
      attributes: [
        { key: 'cart.items', value: { type: 'int', value: 3n } },
        { key: 'cart.total', value: { type: 'double', value: 9.5 } },
      ],
      events: [{ name: 'exception' }],
    })
  })

  // The gRPC exporter for JavaScript tries nothing again (0.223); receive-grpc.test.ts reads RetryInfo off the wire.
  it.each(exporters.slice(0, 2))(
    'over %s sends again what was refused under overload',
    async (_name, createExporter) => {
      let tries = 0
      doors.consumer.answer = async () => {
        if (tries++ === 0) throw refusal('OVERLOADED', 1)
        return { repeated: false, warnings: [] }
      }
      await sendSpan(createExporter())
      expect(tries).toBe(2)
      expect(doors.counters.snapshot('default').spansAccepted).toBe(1)
    },
  )

  it('sends logs with their trace', async () => {
    const provider = new LoggerProvider({
      processors: [
        new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${doors.urls.otlpHttp}/v1/logs` }) }),
      ],
    })
    const spanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
    provider.getLogger('test').emit({ body: 'paid', context: trace.setSpanContext(context.active(), spanContext) })
    await provider.forceFlush()
    await provider.shutdown()
    expect(doors.consumer.consumed[0]?.batch).toMatchObject({ signal: 'logs', count: 1 })
  })
})

async function sendSpan(exporter: SpanExporter): Promise<void> {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'checkout' }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  })
  const span = provider
    .getTracer('test')
    .startSpan('POST /pay', { kind: 1, attributes: { 'cart.items': 3, 'cart.total': 9.5 } })
  span.recordException(new Error('card declined'))
  span.setStatus({ code: 2, message: 'declined' })
  span.end()
  await provider.forceFlush()
  await provider.shutdown()
}

function onlySpan(batch: SpanBatch) {
  const bytes = batch.bytes.subarray(batch.itemOffset[0]!, batch.itemOffset[0]! + batch.itemLength[0]!)
  const resource = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
  return decodeSpan(bytes, {
    resource,
    scope: { name: '', version: '', ...resource },
    serviceName: batch.origins[0]!.service,
  })
}
