// What the composition root knows of any door, whatever it speaks.

export interface Door {
  readonly name: string
  /** `http://localhost:4318`, without a slash at the end; empty until started. */
  readonly url: string
  /** Throws DOOR_TAKEN, or SETTING_INVALID when the address is none of this machine. */
  start(): Promise<void>
  /** Takes no new connection, refuses new requests, lets running ones end; idempotent, safe before start. */
  stop(graceMs: number): Promise<void>
}
