// How spans of a run follow each other in time: medians with a natural spread, one step after the other.
import { type Attributes, SpanKind } from '@opentelemetry/api'
import type { Random } from '../../bench/load/random.ts'
import { type PlannedSpan, span } from './planned-span.ts'

const SPREAD = 0.22

export class Timeline {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  /** A duration in milliseconds around its median. */
  around(medianMs: number, spread = SPREAD): number {
    return this.#random.logNormal(medianMs, spread)
  }

  hex(length: number): string {
    return Array.from({ length }, () => this.#random.integer(16).toString(16)).join('')
  }

  /** A step that begins where its parent's last step ended. */
  open(parent: PlannedSpan, name: string, attributes: Attributes, kind: SpanKind = SpanKind.INTERNAL): PlannedSpan {
    const from = parent.children.at(-1)?.endMs ?? parent.startMs
    const step = span(parent.service, name, kind, from + this.around(2), attributes)
    parent.children.push(step)
    return step
  }

  /** A step of known length. */
  child(
    parent: PlannedSpan,
    name: string,
    startMs: number,
    medianMs: number,
    attributes: Attributes,
    kind: SpanKind = SpanKind.INTERNAL,
  ): PlannedSpan {
    const child = span(parent.service, name, kind, startMs, attributes)
    child.endMs = startMs + this.around(medianMs)
    parent.children.push(child)
    return child
  }

  /** A child that takes `share` of its parent, in its middle. */
  fill(parent: PlannedSpan, name: string, share: number, attributes: Attributes): void {
    const rest = (parent.endMs - parent.startMs) * (1 - share)
    const child = span(parent.service, name, SpanKind.INTERNAL, parent.startMs + rest / 2, attributes)
    child.endMs = parent.endMs - rest / 2
    parent.children.push(child)
  }
}
