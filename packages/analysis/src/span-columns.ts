// What the analysis reads of a trace: one entry a span, in any order. The server's column payload has this shape.

export interface SpanColumns {
  /** Index of the parent span, -1 for a root and for a span whose parent never arrived. */
  readonly parentIndex: ArrayLike<number>
  /** Nanoseconds after the start of the trace. */
  readonly start: ArrayLike<number>
  /** Nanoseconds, 0 or more. */
  readonly duration: ArrayLike<number>
}
