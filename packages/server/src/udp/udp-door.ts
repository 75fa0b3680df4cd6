// One UDP port. Nobody is told what became of a datagram, so there is no back-pressure but dropping: what finds no room in
// the byte budget, comes while too many wait, or is refused further on is lost, counted, and said in `/readyz`.
import { createSocket, type Socket } from 'node:dgram'
import { ClewError } from '@clew/model'
import { DEFAULT_TENANT } from '../access/keys.ts'
import { asClewError } from '../errors.ts'
import { addressesOf, asDoorError, isNoSuchAddress, urlOf } from '../http/bind.ts'
import type { Door } from '../http/door.ts'
import type { ByteBudget } from '../pipeline/byte-budget.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { DatagramReceiver } from './datagram-receiver.ts'
import { lostDatagrams } from './lost-datagrams.ts'

export interface UdpDoorOptions {
  readonly name: string
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** The setting that moves it. */
  readonly setting: string
  /** Callers need no key here; a datagram could not show one. */
  readonly isKeyless: boolean
  readonly budget: ByteBudget
  readonly metrics: Metrics
  readonly logger: Pick<Logger, 'warn'>
  readonly receive: DatagramReceiver
}

/** Datagrams that wait for the disk at the same time: a small one takes far more memory than its bytes. */
const MAX_WAITING = 4_096
/** Asked of the system, which gives as much of it as it allows (net.core.rmem_max). */
const RECEIVE_BUFFER_BYTES = 8 * 2 ** 20
/** A free port of 127.0.0.1 may be taken on ::1: how often to look for another. */
const FREE_PORT_TRIES = 8

export class UdpDoor implements Door {
  readonly name: string
  readonly #options: UdpDoorOptions
  readonly #waiting = new Set<Promise<void>>()
  #sockets: readonly Socket[] = []
  #port = 0
  #taken = 0
  #dropped = 0
  #lastDrop = ''
  #stopping: Promise<void> | undefined

  constructor(options: UdpDoorOptions) {
    this.name = options.name
    this.#options = options
  }

  get url(): string {
    return this.#sockets.length === 0 ? '' : urlOf('udp', this.#options.host, this.#port)
  }

  async detail(): Promise<string> {
    const why = this.#lastDrop === '' ? '' : ` (last: ${this.#lastDrop})`
    const lost = (await this.lost()) ?? 'unknown'
    return `datagrams: ${this.#taken} taken, ${this.#dropped} dropped${why}, ${lost} lost by the system before that`
  }

  /** Datagrams that never reached Clew; undefined where the system does not tell. */
  lost(): Promise<number | undefined> {
    return lostDatagrams(this.#port)
  }

  async start(): Promise<void> {
    const { isKeyless, setting, port } = this.#options
    if (!isKeyless)
      throw new ClewError(
        'KEY_MISSING',
        `${setting}: expected http.host on loopback, or CLEW_INSECURE=1, since datagrams cannot show a key`,
      )
    for (let tries = FREE_PORT_TRIES; ; tries--) {
      try {
        this.#sockets = await this.#bindAll()
        this.#port = this.#sockets[0]!.address().port
        return
      } catch (error) {
        if (port !== 0 || tries === 1) throw error
      }
    }
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#close(graceMs)
    return this.#stopping
  }

  async #bindAll(): Promise<readonly Socket[]> {
    const { host, setting } = this.#options
    const sockets: Socket[] = []
    let { port } = this.#options
    for (const address of addressesOf(host)) {
      try {
        const socket = await this.#bind(address, port)
        sockets.push(socket)
        port = socket.address().port
      } catch (error) {
        if (sockets.length > 0 && isNoSuchAddress(error)) continue
        for (const socket of sockets) socket.close()
        throw asDoorError(error, address, port, setting)
      }
    }
    return sockets
  }

  #bind(address: string, port: number): Promise<Socket> {
    const type = address.includes(':') ? 'udp6' : 'udp4'
    const socket = createSocket(type)
    return new Promise((resolve, reject) => {
      socket.once('error', reject)
      socket.bind({ address, port }, () => {
        socket.off('error', reject)
        // An ICMP answer to nothing of ours, say: the others go on. Without a listener the process would end.
        socket.on('error', (error) =>
          this.#options.logger.warn({ err: error, address, port }, 'a datagram was not read'),
        )
        socket.on('message', (bytes) => this.#admit(bytes))
        growReceiveBuffer(socket)
        resolve(socket)
      })
    })
  }

  #admit(bytes: Buffer): void {
    const { budget } = this.#options
    try {
      if (this.#waiting.size >= MAX_WAITING)
        throw new ClewError('OVERLOADED', `datagrams: expected at most ${MAX_WAITING} that wait for the disk, got more`)
      const room = budget.reserve(bytes.length)
      const work = this.#receive(bytes).finally(() => {
        room.release()
        this.#waiting.delete(work)
      })
      this.#waiting.add(work)
    } catch (error) {
      this.#drop(error)
    }
  }

  async #receive(bytes: Buffer): Promise<void> {
    try {
      await this.#options.receive({ bytes, tenant: DEFAULT_TENANT })
      this.#taken++
      this.#options.metrics.counter('datagrams', this.name, 'ok').inc()
    } catch (error) {
      this.#drop(error)
    }
  }

  #drop(thrown: unknown): void {
    const error = asClewError(thrown)
    // A failure of our own is worth a line; what others send wrongly or too fast could fill the log.
    if (error.code === 'INTERNAL')
      this.#options.logger.warn({ err: error.cause ?? error, door: this.name }, 'a datagram was dropped')
    this.#dropped++
    this.#lastDrop = `${error.code}: ${error.message.slice(0, 200)}`
    this.#options.metrics.counter('datagrams', this.name, error.code).inc()
  }

  async #close(graceMs: number): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => new Promise<void>((resolve) => socket.close(resolve))))
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs)
    })
    await Promise.race([Promise.all(this.#waiting), late])
    clearTimeout(timer)
  }
}

/** Bursts wait in it while we are busy; a system that gives none so large keeps what it had. */
function growReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
  } catch {
    // Linux gives less without a word; others refuse.
  }
}
