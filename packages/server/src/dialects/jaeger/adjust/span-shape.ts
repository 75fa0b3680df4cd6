// As much of a span as the adjusters look at that see a whole trace: no span is decoded for them.
import type { AnyValue, Resource } from '@clew/model'
import { attributeValue } from '@clew/model'
import type { TraceLine } from '../../read-trace.ts'

export interface SpanShape {
  readonly spanId: string
  /** '' for a root span. */
  readonly parentSpanId: string
  readonly isServer: boolean
  readonly isClient: boolean
  readonly startUnixNano: bigint
  /** Never before the start. */
  readonly endUnixNano: bigint
  /** The machine whose clock the span was timed by; '' where nobody says. */
  readonly hostKey: string
}

export function spanShapes(lines: readonly TraceLine[]): SpanShape[] {
  const hostKeys = new Map<Resource, string>()
  return lines.map(({ stored, outline }) => {
    const { resource } = stored.origin
    const hostKey = hostKeys.get(resource) ?? hostKeyOf(resource)
    hostKeys.set(resource, hostKey)
    const { parentSpanId, kind, startTimeUnixNano: start, endTimeUnixNano: end } = outline
    return {
      spanId: stored.spanId,
      parentSpanId,
      isServer: kind === 'server',
      isClient: kind === 'client',
      startUnixNano: start,
      endUnixNano: end < start ? start : end,
      hostKey,
    }
  })
}

/** The first of these that is there, as Jaeger chooses (adjuster/clockskew.go). */
function hostKeyOf({ attributes }: Resource): string {
  return (
    textOf(attributeValue(attributes, 'host.id')) ||
    textOf(firstOf(attributeValue(attributes, 'host.ip'))) ||
    textOf(attributeValue(attributes, 'host.name'))
  )
}

function firstOf(value: AnyValue | undefined): AnyValue | undefined {
  return value?.type === 'array' ? value.values[0] : value
}

function textOf(value: AnyValue | undefined): string {
  return value?.type === 'string' ? value.value : ''
}
