// What questions found into the shapes of schemas.ts.
import type { SpanRole } from '@clew/analysis'
import {
  type AnyValue,
  type Attributes,
  durationNano,
  type IntegrationError,
  type LogRecord,
  MARK,
  type Resource,
  type Scope,
  type Span,
} from '@clew/model'
import type { FoundTrace } from '../../query/assess-trace.ts'
import type { FoundTraces } from '../../query/search.ts'
import type { IntegrationErrorJson } from './integration-error-schemas.ts'
import type {
  AttributeJson,
  AttributeValueJson,
  LogRecordJson,
  SearchAnswerJson,
  SpanJson,
  SpanMarkJson,
  TraceSummaryJson,
} from './schemas.ts'

export function renderSearch(found: FoundTraces): SearchAnswerJson {
  return {
    traces: found.traces.map(renderSummary),
    cursor: found.cursor ?? null,
    totals: found.totals ?? null,
    lookedBackTo: String(found.lookedBackTo),
    complete: found.complete,
    notices: [...found.notices],
  }
}

export function renderSummary(trace: FoundTrace): TraceSummaryJson {
  return {
    traceId: trace.traceId,
    rootService: trace.root?.service ?? null,
    rootName: trace.root?.name ?? null,
    startUnixNano: String(trace.startUnixNano),
    durationNano: String(trace.durationNano),
    spanCount: trace.spanCount,
    errorCount: trace.errorCount,
    services: trace.services.map((service) => ({ ...service })),
    matchedSpans: trace.matchedSpans,
    spans: trace.spans.map((span) => ({
      spanId: span.spanId,
      name: span.name,
      service: span.service,
      startUnixNano: String(span.startUnixNano),
      durationNano: String(span.durationNano),
      status: span.status,
      kind: span.kind,
    })),
  }
}

export function renderSpan(span: Span, role: SpanRole, marks: number): SpanJson {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId === '' ? null : span.parentSpanId,
    traceState: span.traceState,
    flags: span.flags,
    name: span.name,
    kind: span.kind,
    service: span.serviceName,
    startUnixNano: String(span.startTimeUnixNano),
    endUnixNano: String(span.endTimeUnixNano),
    durationNano: String(durationNano(span.startTimeUnixNano, span.endTimeUnixNano)),
    status: { code: span.status.code, message: span.status.message },
    attributes: renderAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map((event) => ({
      timeUnixNano: String(event.timeUnixNano),
      name: event.name,
      attributes: renderAttributes(event.attributes),
      droppedAttributesCount: event.droppedAttributesCount,
    })),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      traceState: link.traceState,
      flags: link.flags,
      attributes: renderAttributes(link.attributes),
      droppedAttributesCount: link.droppedAttributesCount,
    })),
    droppedLinksCount: span.droppedLinksCount,
    resource: renderResource(span.resource),
    scope: renderScope(span.scope),
    role: { ...role, clientType: role.clientType ?? null },
    marks: MARK_NAMES.filter((name) => (marks & MARK[name]) !== 0),
  }
}

const MARK_NAMES = Object.keys(MARK) as SpanMarkJson[]

export function renderLog(record: LogRecord): LogRecordJson {
  return {
    timeUnixNano: String(record.timeUnixNano || record.observedTimeUnixNano),
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    body: renderValue(record.body),
    attributes: renderAttributes(record.attributes),
    service: record.serviceName,
    traceId: record.traceId,
    spanId: record.spanId,
  }
}

export function renderIntegrationError({ timestampMs, feature, ...error }: IntegrationError): IntegrationErrorJson {
  return { timestamp: timestampMs, newRelicFeature: feature, ...error }
}

function renderResource(resource: Resource): SpanJson['resource'] {
  const { droppedAttributesCount, schemaUrl } = resource
  return { attributes: renderAttributes(resource.attributes), droppedAttributesCount, schemaUrl }
}

function renderScope(scope: Scope): SpanJson['scope'] {
  const { name, version, droppedAttributesCount, schemaUrl } = scope
  return { name, version, attributes: renderAttributes(scope.attributes), droppedAttributesCount, schemaUrl }
}

function renderAttributes(attributes: Attributes): AttributeJson[] {
  return attributes.map(({ key, value }) => ({ key, value: renderValue(value) }))
}

function renderValue(value: AnyValue): AttributeValueJson {
  switch (value.type) {
    case 'empty':
      return { type: 'empty' }
    case 'int':
      return { type: 'int', value: String(value.value) }
    case 'double':
      return { type: 'double', value: Number.isFinite(value.value) ? value.value : String(value.value) }
    case 'bytes':
      return { type: 'bytes', value: Buffer.from(value.value).toString('base64') }
    case 'array':
      return { type: 'array', values: value.values.map(renderValue) }
    case 'kvlist':
      return { type: 'kvlist', values: renderAttributes(value.values) }
    default:
      return { type: value.type, value: value.value }
  }
}
