// A step between receivers and the journal: looks at the columns of a batch, repairs what a later reader would stumble
// over, marks it, and passes on. Repairs change columns; bytes only where a reader would break.
import type { Room, TelemetryBatch } from '@clew/model'

export interface ProcessorContext {
  readonly acceptedMs: number
  /** Longer values are cut. */
  readonly maxValueBytes: number
  /** Grows before bytes are rewritten. */
  readonly room: Room
}

/**
 * - MUST cost no more than a loop over columns when there is nothing to repair, and make no object per item.
 * - MUST keep the number and the order of items, their ids, and whatever it does not repair.
 * - MUST leave alone what it has repaired before: a second run changes nothing.
 */
export interface Processor {
  readonly name: string
  /** What the sender should hear of, in words; empty when nothing was lost. */
  process(batch: TelemetryBatch, context: ProcessorContext): readonly string[]
}
