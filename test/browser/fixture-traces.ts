// Traces that the page is tested with: the AI pipeline of an image scan (with failures, retries, links and logs), a
// trace with Korean names, one with orphans, and one as large as asked for.
import type { Attribute, AttributeValue, LogRecord, Span } from '../../packages/web/src/api/generated.ts'

export interface FixtureTrace {
  /** What the sender wrote in place of the trace's id. */
  readonly idText?: string
  readonly spans: readonly Span[]
  readonly logs: readonly LogRecord[]
}

export interface SpanPlan {
  readonly name: string
  readonly service: string
  readonly kind?: Span['kind']
  /** Milliseconds after the start of the trace, and how long. */
  readonly at: number
  readonly ms: number
  readonly error?: string
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
  readonly log?: string
  readonly link?: string
  /** Names a parent that is not in the trace. */
  readonly orphan?: boolean
  readonly children?: readonly SpanPlan[]
}

export function hexId(seed: number, digits: 16 | 32): string {
  let state = (seed * 2_654_435_761 + 97) >>> 0
  let text = ''
  while (text.length < digits) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    text += state.toString(16).padStart(8, '0')
  }
  return text.slice(0, digits)
}

export function traceOf(seed: number, startMs: number, roots: readonly SpanPlan[]): FixtureTrace {
  const traceId = hexId(seed, 32)
  const spans: Span[] = []
  const logs: LogRecord[] = []
  const pending = roots.map((plan) => ({ plan, parent: '' })).reverse()
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { plan, parent } = next
    const spanId = hexId(seed * 1_000_003 + spans.length, 16)
    const start = BigInt(startMs) * 1_000_000n + BigInt(Math.round(plan.at * 1_000_000))
    spans.push(spanOf(traceId, spanId, plan.orphan ? 'deadbeefdeadbeef' : parent, start, plan))
    if (plan.log !== undefined) logs.push(logOf(traceId, spanId, plan, start + BigInt(Math.round(plan.ms * 500_000))))
    for (const child of [...(plan.children ?? [])].reverse()) pending.push({ plan: child, parent: spanId })
  }
  return { spans, logs }
}

function spanOf(traceId: string, spanId: string, parentSpanId: string, start: bigint, plan: SpanPlan): Span {
  const end = start + BigInt(Math.round(plan.ms * 1_000_000))
  return {
    traceId,
    spanId,
    parentSpanId: parentSpanId === '' ? null : parentSpanId,
    traceState: '',
    flags: 257,
    name: plan.name,
    kind: plan.kind ?? 'internal',
    startUnixNano: String(start),
    endUnixNano: String(end),
    durationNano: String(end - start),
    attributes: attributesOf(plan.attributes ?? {}),
    droppedAttributesCount: 0,
    events: plan.error === undefined ? [] : [exceptionOf(plan.error, end)],
    droppedEventsCount: 0,
    links:
      plan.link === undefined
        ? []
        : [
            {
              traceId: plan.link,
              spanId: hexId(7, 16),
              traceState: '',
              flags: 1,
              attributes: [],
              droppedAttributesCount: 0,
            },
          ],
    droppedLinksCount: 0,
    status: plan.error === undefined ? { code: 'unset', message: '' } : { code: 'error', message: plan.error },
    resource: {
      droppedAttributesCount: 0,
      schemaUrl: '',
      attributes: attributesOf({
        'service.name': plan.service,
        'service.namespace': 'eco2',
        'service.version': '1.14.2',
        'deployment.environment.name': 'production',
        'host.name': `${plan.service}-6d9f7c-x2k`,
        'telemetry.sdk.language': 'python',
      }),
    },
    scope: {
      name: 'opentelemetry.instrumentation.celery',
      version: '0.66b2',
      attributes: [],
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    role: { category: 'inProcess', processBoundary: 'inProcess', clientType: null },
    marks: [],
    service: plan.service,
  }
}

function exceptionOf(message: string, at: bigint): Span['events'][number] {
  const [type, ...words] = message.split(': ')
  return {
    timeUnixNano: String(at - 1_000n),
    name: 'exception',
    attributes: attributesOf({
      'exception.type': type ?? 'Error',
      'exception.message': words.join(': '),
      'exception.stacktrace': `Traceback (most recent call last):
  File "/app/domains/scan/tasks/ai_pipeline.py", line 41, in process_image
    answer = llm_api.generate({"vision": result, "rules": rules})
  File "/app/domains/scan/clients/llm_api.py", line 87, in generate
    raise ${message}
${message}`,
    }),
    droppedAttributesCount: 0,
  }
}

function logOf(traceId: string, spanId: string, plan: SpanPlan, at: bigint): LogRecord {
  const failed = plan.error !== undefined
  return {
    timeUnixNano: String(at),
    severityNumber: failed ? 17 : 9,
    severityText: failed ? 'ERROR' : 'INFO',
    body: { type: 'string', value: plan.log ?? '' },
    attributes: [],
    service: plan.service,
    traceId,
    spanId,
  }
}

export function attributesOf(values: Readonly<Record<string, string | number | boolean>>): Attribute[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: typedValue(value) }))
}

function typedValue(value: string | number | boolean): AttributeValue {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'boolean') return { type: 'bool', value }
  return Number.isInteger(value) ? { type: 'int', value: String(value) } : { type: 'double', value }
}
