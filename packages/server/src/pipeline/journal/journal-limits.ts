// How large and how old a segment grows, and how far the store may fall behind.

export interface JournalLimits {
  /** A segment is sealed before it has more items or bytes than this; a larger request has one to itself. */
  readonly segmentItems: number
  readonly segmentBytes: number
  /** A segment of this age is sealed as soon as the store has nothing else to do: under load blocks grow. */
  readonly sealAfterMs: number
  /** Sealed segments may take so much disk while the store is behind; then new requests are refused. */
  readonly backlogBytes: number
}

export const DEFAULT_JOURNAL_LIMITS: JournalLimits = {
  // Larger blocks cost no less CPU a span (measured), and building one takes twice its size in memory.
  segmentItems: 100_000,
  segmentBytes: 64 * 2 ** 20,
  // With the insert after it, what was acknowledged is visible within two seconds.
  sealAfterMs: 700,
  backlogBytes: 2 ** 30,
}
