// The state of a step or a run from its spans: what the last attempts say, and the worst of them where several ran side by
// side.
import { type Attributes, attributeValue, type Span, stringAttribute } from '@clew/model'
import { textOf } from './attribute-text.ts'
import type { PipelineKeys } from './pipeline-keys.ts'
import type { RunSpan } from './trace-fields.ts'

/** From the worst. */
export const RUN_STATES = ['failed', 'cancelled', 'lost', 'running', 'retrying', 'skipped', 'completed'] as const
export type RunState = (typeof RUN_STATES)[number]

/** What the vocabularies call a state; what is not here says nothing. */
const STATE_WORDS: Readonly<Record<string, RunState>> = {
  ...Object.fromEntries(['failure', 'failed', 'error', 'crashed', 'timeout', 'upstream_failed'].map(is('failed'))),
  ...Object.fromEntries(['cancellation', 'cancelled', 'canceled', 'revoked', 'aborted'].map(is('cancelled'))),
  ...Object.fromEntries(['retry', 'retrying', 'up_for_retry', 'awaitingretry'].map(is('retrying'))),
  ...Object.fromEntries(['skip', 'skipped'].map(is('skipped'))),
}

function is(state: RunState) {
  return (word: string) => [word, state] as const
}

export function spanState({ attributes, status, events }: Span, keys: PipelineKeys): RunState {
  const said = STATE_WORDS[textOf(attributes, keys.state)?.toLowerCase() ?? '']
  if (said !== undefined) return said
  if (hasAny(attributes, keys.cancelled)) return 'cancelled'
  if (hasAny(attributes, keys.retrying)) return 'retrying'
  const isFailed = status.code === 'error' || events.some((event) => isUnhandled(event.attributes))
  return isFailed ? 'failed' : 'completed'
}

/** Those of the spans that no later one began after: an attempt that was tried again does not count. */
export function lastAttempts(spans: readonly RunSpan[]): readonly RunSpan[] {
  const lastStart = spans.reduce(
    (last, { span }) => (span.startTimeUnixNano > last ? span.startTimeUnixNano : last),
    0n,
  )
  const last = spans.filter(({ span }) => span.endTimeUnixNano > lastStart || span.startTimeUnixNano === lastStart)
  // Attempts of no length at one instant: their order is all there is.
  const isInstant = last.every(({ span }) => span.endTimeUnixNano <= span.startTimeUnixNano)
  return isInstant ? last.slice(-1) : last
}

export function worstState(states: readonly RunState[]): RunState {
  return RUN_STATES.find((state) => states.includes(state)) ?? 'completed'
}

/** The stack trace of its last exception; its type and message where there is none. */
export function stackTraceOf({ events }: Span): string | undefined {
  const exception = events.findLast(
    ({ name, attributes }) => name === 'exception' || attributeValue(attributes, 'exception.stacktrace') !== undefined,
  )
  return exception && exceptionText(exception.attributes)
}

/** The same of the attributes of an event or a log record. */
export function exceptionText(attributes: Attributes): string | undefined {
  const trace = stringAttribute(attributes, 'exception.stacktrace')
  if (trace !== undefined) return trace
  const parts = ['exception.type', 'exception.message'].map((key) => stringAttribute(attributes, key))
  return parts.filter((part) => part !== undefined).join(': ') || undefined
}

/** It left the span: OpenTelemetry's `exception.escaped`. */
function isUnhandled(attributes: Attributes): boolean {
  const escaped = attributeValue(attributes, 'exception.escaped')
  return escaped?.type === 'bool' ? escaped.value : escaped?.type === 'string' && escaped.value === 'true'
}

function hasAny(attributes: Attributes, keys: PipelineKeys['state']): boolean {
  return keys.some(({ key }) => attributeValue(attributes, key) !== undefined)
}
