// Where sealed segments go: implemented by the store's writer.

/** A file of the journal that grows no more. One segment is one block of the store. */
export interface SealedSegment {
  /** 24 random bits of this data folder, then a 40-bit counter that never restarts: later segments have higher ids. */
  readonly block: bigint
  /** Days since 1970, UTC, of acceptance; the same for every record. */
  readonly storedDay: number
  readonly path: string
  /** Spans and log records in it. */
  readonly items: number
  /** So many tables, in the order in which they are written, got it under a number of an earlier run; nearly always 0. */
  readonly tablesDone: number
}

/** Segments come one at a time, in the order of their blocks. */
export interface SegmentSink {
  /**
   * Resolves when every table holds the segment exactly once.
   * - Rejects to be tried again; a segment refused three times while `isAvailable` says yes is set aside. A ClewError
   *   counts as a refusal only as DECODE_FAILED, STORE_UNAVAILABLE or INTERNAL: any other code is a trouble that passes.
   * - MUST accept the same segment again after a crash and store nothing twice.
   */
  write(segment: SealedSegment): Promise<void>
  /** How many tables, in the order in which they are written, hold the segment that was refused. Taken as 0 when absent. */
  tablesHolding?(segment: SealedSegment): Promise<number>
  /** May be told of the segment that comes next while one is being written, so that work on it can begin. Does not throw. */
  prepare?(segment: SealedSegment): void
  /** False while nothing at all can be stored: then a refusal says nothing about the segment. Taken as true when absent. */
  isAvailable?(): Promise<boolean>
}
