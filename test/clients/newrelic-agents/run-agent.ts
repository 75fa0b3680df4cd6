// Runs a program with an agent beside a Clew until its traces are there, more of them than an agent would sample by
// itself, and one with an error.
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { doorUrl, eventually, search } from '../../e2e/ask-server.ts'
import type { ServerProcess } from '../../e2e/server-process.ts'
import type { Agent } from './agents.ts'

/** What an agent has to know of a Clew. */
export interface Clew {
  readonly application: string
  readonly tlsPort: number
  readonly grpcPort: number
  /** PEM file of who issued the certificate, and what is in it. */
  readonly authorityPath: string
  readonly authority: string
}

/** New Relic's own target is 10 transactions a minute. */
const ENOUGH_TRACES = 25
/** Times the twenty seconds that anything else has to become visible: an agent takes as long to start. */
const PATIENCE = 4

/** Rejects with what the program printed when its traces do not come. */
export async function runAgent(server: ServerProcess, agent: Agent, mode: string, application: string): Promise<void> {
  const authorityPath = join(server.dataDir, 'tls', 'authority.pem')
  const { run, environment } = agent.modes[mode]!({
    application,
    tlsPort: Number((await doorUrl(server, 'tls')).port),
    grpcPort: server.ports.otlpGrpc,
    authorityPath,
    authority: await readFile(authorityPath, 'utf8'),
  })
  let output = ''
  const child = spawn(run[0]!, run.slice(1), { cwd: agent.folder, env: { ...process.env, ...environment } })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  try {
    await untilTraced(server, application)
  } catch (error) {
    throw new Error(`${application}: ${(error as Error).message}\n${output.slice(-4_000)}`)
  } finally {
    child.kill('SIGKILL')
  }
}

async function untilTraced(server: ServerProcess, application: string): Promise<void> {
  for (let patience = PATIENCE; ; patience--) {
    try {
      await eventually(
        () => search(server, { service: application, limit: '200' }),
        ({ traces }) =>
          traces.filter(({ spanCount }) => spanCount >= 2).length >= ENOUGH_TRACES &&
          traces.some(({ errorCount }) => errorCount > 0),
      )
      return
    } catch (error) {
      if (patience === 1) throw error
    }
  }
}
