// One table of everything Clew measures of itself. From it come `/metrics` (Prometheus text) and
// docs/reference/metrics.md. Values that another part already keeps are read when they are asked for (`observe`).
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly buckets?: readonly number[]
}

const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export const METRICS = {
  requests: {
    type: 'counter',
    name: 'clew_ingest_requests_total',
    help: 'Requests that brought telemetry, by door and by how they were answered (ok, or an error code).',
    labels: ['door', 'outcome'],
  },
  requestSeconds: {
    type: 'histogram',
    name: 'clew_ingest_request_seconds',
    help: 'Time from the headers of a request to its answer, which is after the data is on disk.',
    labels: ['door'],
    buckets: LATENCY_BUCKETS,
  },
  receivedBytes: {
    type: 'counter',
    name: 'clew_ingest_bytes_total',
    help: 'Bytes of accepted requests after decompression.',
    labels: ['door'],
  },
  items: {
    type: 'counter',
    name: 'clew_ingest_items_total',
    help:
      'Spans and log records, by outcome: accepted, rejected, repeated (their request was already stored), or unsampled ' +
      '(left out by zipkin.sample_rate).',
    labels: ['signal', 'outcome'],
  },
  integrationErrors: {
    type: 'counter',
    name: 'clew_integration_errors_total',
    help:
      'What was wrong inside requests that were accepted all the same, by its name, at most 101 a request; ' +
      '/clew/v1/integration-errors tells each.',
    labels: ['name'],
  },
  datagrams: {
    type: 'counter',
    name: 'clew_ingest_datagrams_total',
    help: 'UDP datagrams, by door and by what became of them: ok, or the error code for which they were dropped.',
    labels: ['door', 'outcome'],
  },
  datagramsLost: {
    type: 'gauge',
    name: 'clew_ingest_datagrams_lost',
    help: 'UDP datagrams that the system dropped before Clew could read them, of the doors that are open (Linux only).',
    labels: [],
  },
  byteBudgetUsed: {
    type: 'gauge',
    name: 'clew_byte_budget_used_bytes',
    help: 'Bytes taken from the byte budget now.',
    labels: [],
  },
  byteBudgetLimit: {
    type: 'gauge',
    name: 'clew_byte_budget_limit_bytes',
    help: 'Size of the byte budget.',
    labels: [],
  },
  journalSegments: {
    type: 'gauge',
    name: 'clew_journal_segments',
    help: 'Sealed segments of the journal that the store has not taken yet.',
    labels: [],
  },
  journalBytes: {
    type: 'gauge',
    name: 'clew_journal_waiting_bytes',
    help: 'Bytes of the journal that the store has not taken yet.',
    labels: [],
  },
  storedItems: {
    type: 'counter',
    name: 'clew_stored_items_total',
    help: 'Spans and log records that the store has taken: from then on questions find them.',
    labels: ['signal'],
  },
  quarantined: {
    type: 'gauge',
    name: 'clew_quarantined_files',
    help: 'Journal records and segments set aside because they could not be stored; anything above 0 needs a look.',
    labels: [],
  },
  eventLoopDelay: {
    type: 'gauge',
    name: 'clew_event_loop_delay_seconds',
    help: 'Delay of the event loop since the last scrape.',
    labels: ['quantile'],
  },
  ready: { type: 'gauge', name: 'clew_ready', help: '1 when /readyz says ready.', labels: [] },
} as const satisfies Readonly<Record<string, Metric>>

type MetricName = keyof typeof METRICS
type NamesOfType<T extends Metric['type']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends T ? Name : never
}[MetricName]

export class Metrics {
  readonly #registry = new Registry()
  readonly #counters = new Map<MetricName, Counter>()
  readonly #gauges = new Map<MetricName, Gauge>()
  readonly #histograms = new Map<MetricName, Histogram>()
  readonly #reads: { gauge: Gauge; read: () => number | Promise<number> }[] = []
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 10 })

  constructor() {
    collectDefaultMetrics({ register: this.#registry })
    for (const [key, metric] of Object.entries(METRICS) as [MetricName, Metric][]) {
      const options = {
        name: metric.name,
        help: metric.help,
        labelNames: [...metric.labels],
        registers: [this.#registry],
      }
      if (metric.type === 'counter') this.#counters.set(key, new Counter(options))
      else if (metric.type === 'gauge') this.#gauges.set(key, new Gauge(options))
      else this.#histograms.set(key, new Histogram({ ...options, buckets: [...(metric.buckets ?? LATENCY_BUCKETS)] }))
    }
    this.#loopDelay.enable()
  }

  /** A counter for one set of label values; keep it where it is used often. */
  counter(name: NamesOfType<'counter'>, ...labels: string[]): { inc(by?: number): void } {
    const counter = this.#counters.get(name)!
    return labels.length === 0 ? counter : counter.labels(...labels)
  }

  histogram(name: NamesOfType<'histogram'>, ...labels: string[]): { observe(value: number): void } {
    const histogram = this.#histograms.get(name)!
    return labels.length === 0 ? histogram : histogram.labels(...labels)
  }

  /** Reads a gauge's value from its owner at every scrape. */
  observe(name: Exclude<NamesOfType<'gauge'>, 'eventLoopDelay'>, read: () => number | Promise<number>): void {
    this.#reads.push({ gauge: this.#gauges.get(name)!, read })
  }

  /** The Prometheus text format, version 0.0.4. */
  async render(): Promise<{ type: string; text: string }> {
    for (const { gauge, read } of this.#reads) gauge.set(await read())
    const delay = this.#gauges.get('eventLoopDelay')!
    for (const quantile of [0.5, 0.99, 1])
      delay.labels(String(quantile)).set(this.#loopDelay.percentile(quantile * 100) / 1e9)
    this.#loopDelay.reset()
    return { type: this.#registry.contentType, text: await this.#registry.metrics() }
  }

  stop(): void {
    this.#loopDelay.disable()
    this.#registry.clear()
  }
}

/** docs/reference/metrics.md. */
export function renderMetricsReference(): string {
  const rows = (Object.values(METRICS) as Metric[]).map(
    (metric) =>
      `| \`${metric.name}\` | ${metric.type} | ${metric.labels.map((label) => `\`${label}\``).join(', ')} | ${metric.help} |`,
  )
  return [
    '# Metrics',
    '',
    '`GET /metrics` on port 2539, in the Prometheus text format; beside these there are the usual `process_…` and',
    '`nodejs_…` ones. Generated from `packages/server/src/telemetry/metrics.ts`.',
    '',
    '| name | type | labels | what it says |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
