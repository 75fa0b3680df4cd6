// A stream of bytes into bodies that a decoder can take: the first step of a conversion. A file may be longer than memory,
// and than a string can be (512 MB in V8), so what belongs together is found in the bytes, chunk by chunk.
//
//   chunks |[{span},{sp|an},{span},{sp|an}]|   →   bodies  [{span},{span}]  [{span},{span}]

import { DecodeError } from '@clew/model'

export interface Body {
  /** A whole document of the format. */
  readonly bytes: Uint8Array
  /** Where its first item is in the stream. */
  readonly offset: number
}

/** Each item is in exactly one body, in the order they come, and where bodies end does not depend on the chunks. */
export interface Splitter {
  /** Bodies that are full with this chunk. Throws DecodeError where the stream is broken; nothing may follow then. */
  push(chunk: Uint8Array): Iterable<Body>
  /** The last body. Throws DecodeError, after giving what is whole, when the stream ends within something. */
  end(): Iterable<Body>
}

export interface SplitterLimits {
  /** A body is given when it has reached this size: what is held in memory beside one item. */
  readonly bodyBytes: number
  /** Most bytes of one item; items are never cut. */
  readonly itemBytes: number
}

export function checkItemSize(format: string, place: number, bytes: number, { itemBytes }: SplitterLimits): void {
  if (bytes > itemBytes)
    throw new DecodeError(format, `byte ${place}`, `expected items of at most ${itemBytes} bytes, got a longer one`)
}
