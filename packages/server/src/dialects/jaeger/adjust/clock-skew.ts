// Clock skew: a child on another machine than its parent that does not lie within it is moved there, with everything
// below it on its own machine. Jaeger only warns unless it is told how far it may move a span (adjuster/clockskew.go).
import { printGoDuration } from '../go-duration.ts'
import type { SpanShape } from './span-shape.ts'

export interface SpanSkew {
  /** Nanoseconds to add to every time of the span. */
  readonly shiftNanos: bigint
  readonly warning: string
}

/** What the span above hands down: spans of its host are moved like it. */
interface HostSkew {
  readonly hostKey: string
  readonly deltaNanos: bigint
}

/** By the index of the span; most have none. `maxNanos` is how far a span may be moved, 0 for not at all. */
export function findClockSkews(spans: readonly SpanShape[], maxNanos: bigint): ReadonlyMap<number, SpanSkew> {
  const found = new Map<number, SpanSkew>()
  const { roots, children } = buildTree(spans, found)
  const shifts: bigint[] = new Array(spans.length).fill(0n)
  const open = roots.map((index) => ({ index, parent: -1, skew: { hostKey: spans[index]!.hostKey, deltaNanos: 0n } }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { index, parent } = next
    const span = spans[index]!
    let skew: HostSkew = next.skew
    if (parent >= 0 && (span.hostKey !== skew.hostKey || span.hostKey === ''))
      skew = { hostKey: span.hostKey, deltaNanos: skewOf(span, spans[parent]!, shifts[parent]!) }
    if (skew.deltaNanos !== 0n) {
      const moved = moveBy(skew.deltaNanos, maxNanos)
      shifts[index] = moved.shiftNanos
      found.set(index, moved)
    }
    for (const child of children.get(index) ?? []) open.push({ index: child, parent: index, skew })
  }
  return found
}

/** Of several spans with one id the first stands in the tree; the others are warned of in `found`. */
function buildTree(spans: readonly SpanShape[], found: Map<number, SpanSkew>) {
  const byId = new Map<string, number>()
  for (const [index, { spanId }] of spans.entries()) {
    if (byId.has(spanId)) found.set(index, warn('duplicate span IDs; skipping clock skew adjustment'))
    else byId.set(spanId, index)
  }
  const roots: number[] = []
  const children = new Map<number, number[]>()
  for (const index of byId.values()) {
    const { parentSpanId } = spans[index]!
    const parent = byId.get(parentSpanId)
    if (parent === undefined) {
      roots.push(index)
      if (parentSpanId !== '')
        found.set(index, warn(`parent span ID=${parentSpanId} is not in the trace; skipping clock skew adjustment`))
    } else {
      const siblings = children.get(parent)
      if (siblings === undefined) children.set(parent, [index])
      else siblings.push(index)
    }
  }
  return { roots, children }
}

/** `parentShift` is how far the parent was moved already. */
function skewOf(child: SpanShape, parent: SpanShape, parentShift: bigint): bigint {
  const parentStart = parent.startUnixNano + parentShift
  const parentEnd = parent.endUnixNano + parentShift
  const { startUnixNano: start, endUnixNano: end } = child
  const spare = parentEnd - parentStart - (end - start)
  // Longer than its parent: asynchronous, or the parent gave up. It only must not start before it.
  if (spare < 0n) return start < parentStart ? parentStart - start : 0n
  if (start >= parentStart && end <= parentEnd) return 0n
  // The way there is taken to be as long as the way back.
  return parentStart + spare / 2n - start
}

function moveBy(delta: bigint, max: bigint): SpanSkew {
  const text = printGoDuration(delta)
  if (max === 0n) return warn(`clock skew adjustment disabled; not applying calculated delta of ${text}`)
  if ((delta < 0n ? -delta : delta) > max)
    return warn(
      `max clock skew adjustment delta of ${printGoDuration(max)} exceeded; not applying calculated delta of ${text}`,
    )
  return { shiftNanos: delta, warning: `This span's timestamps were adjusted by ${text}` }
}

function warn(warning: string): SpanSkew {
  return { shiftNanos: 0n, warning }
}
