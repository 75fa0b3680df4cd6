// A request on its way through the pipeline: what the receiver knew of it, and what the pipeline added at its entrance.
import type { RequestContext, Room } from '@clew/model'

export interface AcceptedRequest extends RequestContext {
  /** Milliseconds since the Unix epoch at which the pipeline took it: decides `stored_day`. */
  readonly acceptedMs: number
  /** Keyed 128-bit hash of tenant, door and body; zero when nobody asks whether it came before. */
  readonly identity: Uint8Array
  /** What its batch takes is taken. */
  readonly room: Room
}

export const IDENTITY_BYTES = 16
export const NO_IDENTITY = new Uint8Array(IDENTITY_BYTES)
