// One run of the pipeline before it is sent: a tree of spans with their times, so that the shape can be tested without a
// server and the SDK only has to be told what happened when.
import type { Attributes, SpanKind } from '@opentelemetry/api'
import type { ServiceName } from './services.ts'

export interface PlannedSpan {
  readonly service: ServiceName
  readonly name: string
  readonly kind: SpanKind
  /** Milliseconds after the start of the run. */
  startMs: number
  endMs: number
  readonly attributes: Attributes
  readonly events: PlannedEvent[]
  readonly logs: PlannedLog[]
  readonly children: PlannedSpan[]
  failure?: Failure
  /** The message this span handles was sent by its parent, so it links to it as well (messaging semantic conventions). */
  readonly linksToParent?: boolean
}

export interface PlannedEvent {
  readonly name: string
  readonly atMs: number
  readonly attributes?: Attributes
}

export interface PlannedLog {
  readonly atMs: number
  readonly severity: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'
  readonly body: string
  readonly attributes?: Attributes
}

export interface Failure {
  readonly type: string
  readonly message: string
  readonly stack: string
}

/** Every span of a run, parents before children. */
export function flatten(span: PlannedSpan): PlannedSpan[] {
  return [span, ...span.children.flatMap(flatten)]
}

/** A span of no length yet: whoever plans it sets its end. */
export function span(
  service: ServiceName,
  name: string,
  kind: SpanKind,
  startMs: number,
  attributes: Attributes,
  linksToParent = false,
): PlannedSpan {
  return { service, name, kind, startMs, endMs: startMs, attributes, events: [], logs: [], children: [], linksToParent }
}

export function fail(failed: PlannedSpan, failure: Failure): void {
  failed.failure = failure
}

export function log(
  owner: PlannedSpan,
  atMs: number,
  severity: PlannedLog['severity'],
  body: string,
  attributes?: Attributes,
): void {
  owner.logs.push({
    atMs: Math.max(atMs, owner.startMs),
    severity,
    body,
    ...(attributes === undefined ? {} : { attributes }),
  })
}

/** Attributes of the messaging semantic conventions that every sender and receiver of a message has. */
export function messaging(system: string, operation: string, type: string, destination: string): Attributes {
  return {
    'messaging.system': system,
    'messaging.operation.name': operation,
    'messaging.operation.type': type,
    'messaging.destination.name': destination,
  }
}
