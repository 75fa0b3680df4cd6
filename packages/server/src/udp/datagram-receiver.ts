// Who takes the datagrams of a UDP door. Nobody waits for an answer, so what is refused is lost: the door counts it.

export interface Datagram {
  readonly bytes: Uint8Array
  /** Datagrams carry no key: the tenant of those who need none. */
  readonly tenant: string
}

/** Resolves once the spans are on disk for good; rejects with a ClewError when the datagram is lost. */
export type DatagramReceiver = (datagram: Datagram) => Promise<void>
