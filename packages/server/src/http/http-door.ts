// One HTTP port: an app behind servers of HTTP/1.1 on the addresses of the door.
import type { Server } from 'node:http'
import { type BindOptions, bind, urlOf } from './bind.ts'
import type { Door } from './door.ts'
import { HttpApp, type HttpAppOptions } from './http-app.ts'
import { closeHttp1, createHttp1Server } from './http1-server.ts'

export interface HttpDoorOptions extends HttpAppOptions, Omit<BindOptions, 'createServer' | 'logger'> {}

export class HttpDoor extends HttpApp implements Door {
  readonly #options: HttpDoorOptions
  #servers: readonly Server[] = []
  #port = 0
  #stopping: Promise<void> | undefined

  constructor(options: HttpDoorOptions) {
    super(options)
    this.#options = options
  }

  get url(): string {
    return this.#servers.length === 0 ? '' : urlOf('http', this.#options.host, this.#port)
  }

  async start(): Promise<void> {
    await this.app.ready()
    const bound = await bind({ ...this.#options, createServer: () => createHttp1Server(this) })
    this.#servers = bound.servers as readonly Server[]
    this.#port = bound.port
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#close(graceMs)
    return this.#stopping
  }

  async #close(graceMs: number): Promise<void> {
    this.refuseAll()
    await closeHttp1(this.#servers, graceMs)
    await this.app.close()
  }
}
