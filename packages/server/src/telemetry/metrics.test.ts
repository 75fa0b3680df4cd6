import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { METRICS, Metrics, renderMetricsReference } from './metrics.ts'

describe('Metrics', () => {
  let metrics: Metrics
  beforeEach(() => {
    metrics = new Metrics()
  })
  afterEach(() => metrics.stop())

  it('gives counters and histograms by label, and reads gauges when asked', async () => {
    metrics.counter('requests', 'otlp-http', 'ok').inc()
    metrics.histogram('requestSeconds', 'otlp-http').observe(0.003)
    let used = 1
    metrics.observe('byteBudgetUsed', () => used)
    used = 2
    const { type, text } = await metrics.render()
    expect(type).toContain('text/plain; version=0.0.4')
    expect(text).toContain('clew_ingest_requests_total{door="otlp-http",outcome="ok"} 1')
    expect(text).toContain('clew_ingest_request_seconds_bucket{le="0.005",door="otlp-http"} 1')
    expect(text).toContain('clew_byte_budget_used_bytes 2')
    expect(text).toMatch(/clew_event_loop_delay_seconds\{quantile="0.99"\} \d/)
    expect(text).toContain('process_resident_memory_bytes')
  })

  it('names everything as Prometheus asks, and has it in the reference', () => {
    for (const metric of Object.values(METRICS)) {
      expect(metric.name).toMatch(metric.type === 'counter' ? /^clew_[a-z_]+_total$/ : /^clew_[a-z_]+(?<!_total)$/)
      expect(renderMetricsReference()).toContain(`| \`${metric.name}\` | ${metric.type} |`)
    }
  })
})
