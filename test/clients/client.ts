// What a client of another language is to these tests: how it is installed beside its program, and how that is run
// against a Clew. Nothing is installed twice as long as its files stay the same.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { ServerProcess } from '../e2e/server-process.ts'

export interface Command {
  readonly run: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

export interface Installed {
  /** What must be on the machine. */
  readonly runtimes: readonly string[]
  /** Where its files are, and where commands are run. */
  readonly folder: string
  readonly install: readonly Command[]
}

export interface Client extends Installed {
  /** Of the Clew that it runs against. */
  readonly settings?: Readonly<Record<string, string>>
  /** What it is tried with, by name; rejects with what was not as it should be. */
  readonly ways: Readonly<Record<string, (server: ServerProcess) => Promise<void>>>
}

const PROGRAM_WITHIN_MS = 60_000
const INSTALLED_BY = '.installed-by'

export function missingRuntimes({ runtimes }: Installed): string[] {
  return runtimes.filter((runtime) => spawnSync('which', [runtime]).status !== 0)
}

/** Throws with what the failed command printed, for example where no registry can be reached. */
export function install(client: Installed): void {
  for (const { run } of client.install) {
    const { status, stderr, stdout } = spawnSync(run[0]!, run.slice(1), { cwd: client.folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${run.join(' ')} ended with ${status}: ${stdout}${stderr}`)
  }
  writeFileSync(join(client.folder, INSTALLED_BY), fingerprint(client))
}

/** Whether `install` has come to its end with the files as they are now. */
export function isInstalled(client: Installed): boolean {
  const path = join(client.folder, INSTALLED_BY)
  return existsSync(path) && readFileSync(path, 'utf8') === fingerprint(client)
}

/** What a program of the client printed; rejects with all it printed when it fails or takes too long. */
export async function runProgram({ folder }: Installed, { run, environment }: Command, input = ''): Promise<string> {
  const child = spawn(run[0]!, run.slice(1), {
    cwd: folder,
    env: { ...withoutOurs(process.env), ...environment },
    timeout: PROGRAM_WITHIN_MS,
  })
  const ended = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(signal ?? code ?? 0))
  })
  child.stdin.end(input)
  const [output, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  if (code !== 0) throw new Error(`${run.join(' ')} ended with ${code}: ${output}${complaint}`)
  return output
}

/** What whoever runs the tests has set for programs of their own; Python's requests trusts their bundle and no other. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(CLEW|OTEL|NEW_RELIC)_|_CA_BUNDLE$/.test(name)),
  )
}

function fingerprint({ folder, install: commands }: Installed): string {
  const hash = createHash('sha256').update(JSON.stringify(commands.map(({ run }) => run)))
  for (const path of filesOf(folder)) hash.update(path).update(readFileSync(path))
  return hash.digest('hex')
}

/** What is in git: neither what was installed nor what a run leaves behind. */
function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    if (/^\.|^node_modules$|^target$|\.log$/.test(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesOf(path) : [path]
  })
}
