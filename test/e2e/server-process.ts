// The real server as a process of its own, on free ports and with a data folder of its own: what end-to-end tests and the
// bench talk to. From source nothing needs to be built before; the bench runs the build, as users do.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DOORS } from '../../packages/server/src/config/doors.ts'
import { environmentName, SETTINGS } from '../../packages/server/src/config/settings.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const READY_WITHIN_MS = 60_000

export interface ServerOptions {
  /** A temporary folder when left out; `remove` then deletes it. */
  readonly dataDir?: string
  /** By the names of `clew.yaml`, for example `{ 'byte_budget': '64MiB' }`. */
  readonly settings?: Readonly<Record<string, string>>
  readonly run?: 'source' | 'build'
  /** False to return before the doors are open. */
  readonly waitUntilReady?: boolean
}

export interface Ports {
  readonly http: number
  readonly otlpHttp: number
  readonly otlpGrpc: number
}

export class ServerProcess {
  readonly dataDir: string
  readonly ports: Ports
  readonly process: ChildProcess
  /** From the start of the process until /readyz said yes. */
  readyAfterMs = 0
  #output = ''
  readonly #exit: Promise<number | NodeJS.Signals>

  private constructor(dataDir: string, ports: Ports, child: ChildProcess) {
    this.dataDir = dataDir
    this.ports = ports
    this.process = child
    child.stdout?.on('data', (chunk: Buffer) => this.#collect(chunk))
    child.stderr?.on('data', (chunk: Buffer) => this.#collect(chunk))
    this.#exit = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code ?? 0)))
  }

  static async start(options: ServerOptions = {}): Promise<ServerProcess> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'clew-test-')))
    const ports = await freePorts()
    const started = performance.now()
    const server = new ServerProcess(dataDir, ports, launch(dataDir, ports, options))
    if (options.waitUntilReady !== false) {
      await server.#untilReady(started)
      server.readyAfterMs = performance.now() - started
    }
    return server
  }

  /** Everything the process has printed so far. */
  get output(): string {
    return this.#output
  }

  get pid(): number {
    return this.process.pid!
  }

  /** Address of a path on the main port. */
  url(path: string): string {
    return `http://localhost:${this.ports.http}${path}`
  }

  /** Address of a path on the OTLP/HTTP port. */
  otlpUrl(path: string): string {
    return `http://localhost:${this.ports.otlpHttp}${path}`
  }

  /** Resolves with the exit code, or the signal that ended the process. */
  exited(): Promise<number | NodeJS.Signals> {
    return this.#exit
  }

  /** Asks for a clean stop and waits for it. */
  async stop(): Promise<number | NodeJS.Signals> {
    this.process.kill('SIGTERM')
    return this.#exit
  }

  /** Ends the process as a power cut of the program would: nothing of it runs on. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL')
    await this.#exit
  }

  /** Stops, if it still runs, and deletes the data folder. */
  async remove(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill()
    await rm(this.dataDir, { recursive: true, force: true })
  }

  #collect(chunk: Buffer): void {
    this.#output = (this.#output + chunk.toString()).slice(-200_000)
  }

  async #untilReady(started: number): Promise<void> {
    for (;;) {
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error(`the server ended before it was ready:\n${this.#output}`)
      if (performance.now() - started > READY_WITHIN_MS)
        throw new Error(`the server was not ready within ${READY_WITHIN_MS / 1000} s:\n${this.#output}`)
      const ready = await fetch(this.url('/readyz'), { signal: AbortSignal.timeout(5000) }).then(
        async (response) => {
          await response.arrayBuffer()
          return response.ok
        },
        () => false,
      )
      if (ready) return
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}

function launch(dataDir: string, ports: Ports, options: ServerOptions): ChildProcess {
  const environment: Record<string, string> = {
    ...anyFreePorts(),
    CLEW_DATA_DIR: dataDir,
    CLEW_HTTP_PORT: String(ports.http),
    CLEW_OTLP_HTTP_PORT: String(ports.otlpHttp),
    CLEW_OTLP_GRPC_PORT: String(ports.otlpGrpc),
    CLEW_LOG_LEVEL: 'info',
    CLEW_LOG_FORMAT: 'json',
    // As in the first line of bin/clew.cjs.
    MALLOC_ARENA_MAX: '2',
    MALLOC_MMAP_THRESHOLD_: '131072',
    UV_THREADPOOL_SIZE: '16',
  }
  for (const [path, value] of Object.entries(options.settings ?? {}))
    environment[`CLEW_${path.toUpperCase().replaceAll('.', '_')}`] = value
  const args =
    options.run === 'build'
      ? ['--max-semi-space-size=32', '--no-parallel-scavenge', 'packages/server/bin/clew.cjs', 'start']
      : ['--conditions=@clew/source', '--import', 'tsx', 'packages/server/src/main.ts', 'start']
  return spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...withoutOurs(process.env), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Servers that run side by side must not meet on any door; `/clew/v1/ingest` tells where those are that take spans. */
function anyFreePorts(): Record<string, string> {
  const names = Object.values(DOORS).map(({ setting }) => environmentName(SETTINGS[setting].path))
  return Object.fromEntries(names.map((name) => [name, '0']))
}

/** What the person who runs the tests has set for a server of their own must not reach this one. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(CLEW|OTEL)_/.test(name)))
}

/** Ports that were free a moment ago; all are held open together, so that they differ. */
async function freePorts(): Promise<Ports> {
  const servers = await Promise.all([0, 1, 2].map(() => listenAnywhere()))
  const [http, otlpHttp, otlpGrpc] = servers.map(({ port }) => port)
  await Promise.all(servers.map(({ close }) => close()))
  return { http: http!, otlpHttp: otlpHttp!, otlpGrpc: otlpGrpc! }
}

function listenAnywhere(): Promise<{ port: number; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') return reject(new Error('no port'))
      resolve({
        port: address.port,
        close: () => new Promise((closed) => server.close(() => closed())),
      })
    })
  })
}
