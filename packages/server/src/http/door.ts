// What the composition root knows of any door, whatever it speaks.

export interface Door {
  readonly name: string
  /** `http://localhost:4318`, without a slash at the end; empty until started. */
  readonly url: string
  /** What `/readyz` says of it besides its address, where there is more to say. */
  detail?(): Promise<string>
  /**
   * Throws DOOR_TAKEN, SETTING_INVALID when the address is none of this machine, or KEY_MISSING when there is no way to
   * show a key here and callers need one.
   */
  start(): Promise<void>
  /** Takes no new connection, refuses new requests, lets running ones end; idempotent, safe before start. */
  stop(graceMs: number): Promise<void>
}
