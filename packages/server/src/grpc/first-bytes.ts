// Which protocol a plain connection speaks: HTTP/2 begins with a preface that no HTTP/1.1 request can begin with
// (RFC 9113 §3.4), so its first four bytes decide.
import type { Socket } from 'node:net'

export type Protocol = 'http1' | 'http2'

/** The whole preface is `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`; no method is called PRI. */
const PREFACE = Buffer.from('PRI ', 'latin1')

/** Undefined while the bytes may still become either. */
export function protocolOf(bytes: Uint8Array): Protocol | undefined {
  for (let i = 0; i < PREFACE.length; i++) {
    if (i === bytes.length) return undefined
    if (bytes[i] !== PREFACE[i]) return 'http1'
  }
  return 'http2'
}

/**
 * Calls `decided` once with the socket as it was, all its bytes still to be read; never when it closes, ends or says too
 * little within the time: it is then destroyed.
 */
export function readProtocol(socket: Socket, timeoutMs: number, decided: (protocol: Protocol) => void): void {
  let read: Buffer = Buffer.alloc(0)
  const giveUp = () => {
    letGo()
    socket.destroy()
  }
  const timer = setTimeout(giveUp, timeoutMs)
  const onReadable = () => {
    const chunk: Buffer | null = socket.read()
    if (chunk === null) return
    read = read.length === 0 ? chunk : Buffer.concat([read, chunk])
    const protocol = protocolOf(read)
    if (protocol === undefined) return
    letGo()
    socket.unshift(read)
    decided(protocol)
  }
  const letGo = () => {
    clearTimeout(timer)
    socket.off('readable', onReadable).off('end', giveUp).off('close', giveUp).off('error', giveUp)
  }
  socket.on('readable', onReadable).on('end', giveUp).on('close', giveUp).on('error', giveUp)
}
