// Which thread of its process a span is drawn on. Viewers draw what overlaps on one thread as nested, so a span goes to
// its parent's thread where it lies within the parent, and else to one that nobody uses at that time.

/** A span that is drawn; the numbers are nanoseconds. */
export interface Slice {
  readonly id: string
  readonly parentId: string
  readonly start: bigint
  readonly end: bigint
}

interface Lane {
  /** Slices that are not over yet, the innermost last. */
  readonly open: Slice[]
  busyUntil: bigint
}

/** The lanes of one process. Slices are placed in the order of their start; one that comes later is placed where it fits. */
export class Lanes {
  readonly #lanes: Lane[] = []

  /** Number of the lane, from 0. */
  place(slice: Slice): number {
    let free = -1
    for (let i = 0; i < this.#lanes.length; i++) {
      const lane = this.#lanes[i]!
      closeBefore(lane, slice.start)
      const innermost = lane.open.at(-1)
      if (innermost === undefined) {
        if (free < 0 && lane.busyUntil <= slice.start) free = i
      } else if (innermost.id === slice.parentId && innermost.start <= slice.start && slice.end <= innermost.end)
        return this.#put(i, slice)
    }
    if (free < 0) free = this.#lanes.push({ open: [], busyUntil: 0n }) - 1
    return this.#put(free, slice)
  }

  #put(index: number, slice: Slice): number {
    const lane = this.#lanes[index]!
    lane.open.push(slice)
    if (slice.end > lane.busyUntil) lane.busyUntil = slice.end
    return index
  }
}

/** A slice without length is over where it starts. */
function closeBefore(lane: Lane, time: bigint): void {
  while (lane.open.length > 0 && lane.open.at(-1)!.end <= time) lane.open.pop()
}
