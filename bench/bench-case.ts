// One thing the bench measures, and what all of them share.
import { type ServerOptions, ServerProcess } from '../test/e2e/server-process.ts'
import type { Row } from './report.ts'

export interface BenchCase {
  /** For `--only`. */
  readonly name: string
  run(context: BenchContext): Promise<readonly Row[]>
}

export interface BenchContext {
  /** 1 is a million spans. */
  readonly scale: number
  readonly seed: number
  /** A line for the person who waits. */
  say(line: string): void
  /** The row of something that could not be measured; the bench then ends with an error. */
  failed(what: string, error: Error): Row
}

/** Runs `use` with a fresh server from the build, and leaves nothing behind. */
export async function withServer<T>(
  use: (server: ServerProcess) => Promise<T>,
  options: ServerOptions = {},
): Promise<T> {
  const server = await ServerProcess.start({ run: 'build', ...options })
  try {
    return await use(server)
  } finally {
    await server.remove()
  }
}

export function spansOf(context: BenchContext): number {
  return Math.round(1_000_000 * context.scale)
}
