// The process: command line, signals, what a person at the terminal reads. bin/clew.cjs imports it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClewError } from '@clew/model'
import { createProgram, type StartArguments } from './cli/program.ts'
import { loadSettings } from './config/load-settings.ts'
import type { Settings } from './config/settings.ts'
import type { RunningServer } from './server.ts'
import { createLogger } from './telemetry/logger.ts'
import { trustSettings } from './tls/trust-settings.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

async function start({ configPath, flags }: StartArguments): Promise<void> {
  const { settings, warnings } = loadSettings({ configPath, environment: process.env, flags })
  const logger = createLogger({ level: settings.logLevel, format: settings.logFormat })
  for (const warning of warnings) logger.warn(warning)
  // Only now: the other commands do without the store's engine, which takes long to load.
  const { startServer } = await import('./server.ts')
  const server = await startServer(settings, { logger })
  process.stdout.write(`${renderBanner(server, settings)}\n`)

  let isStopping = false
  const stop = async () => {
    if (isStopping) process.exit(130)
    isStopping = true
    logger.info('stopping; once more to stop at once')
    try {
      await server.stop()
      logger.info('stopped')
      process.exit(0)
    } catch (error) {
      logger.error({ err: error }, 'stopped late')
      process.exit(1)
    }
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function renderBanner(server: RunningServer, settings: Settings): string {
  const { urls, listening, dataFolder, newKey, authorityPath } = server
  const kept = settings.retention === Number.POSITIVE_INFINITY ? 'for ever' : `for ${settings.retention} days`
  const width = 2 + Math.max(...['INSECURE', ...listening.map(({ door }) => door)].map((name) => name.length))
  const named = (name: string, text: string) => `  ${name.padEnd(width)}${text}`
  const lines = [
    `Clew ${version} is ready after ${Math.round(performance.now())} ms`,
    named('page', urls.page),
    ...listening.map(({ door, url }) => named(door, url)),
    named('data', `${dataFolder}, kept ${kept}`),
  ]
  if (authorityPath !== undefined) {
    lines.push('', '  For clients over TLS to trust this server, set one of:')
    lines.push(...trustSettings(authorityPath).map((line) => `    ${line}`))
  }
  if (newKey !== undefined)
    lines.push('', named('key', newKey), named('', `shown once, kept in ${join(dataFolder, 'first-key')}`))
  if (settings.insecure) lines.push('', named('INSECURE', 'everyone who reaches these ports reads and writes'))
  return lines.join('\n')
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

try {
  await createProgram({ version, start, print }).parseAsync()
} catch (error) {
  // Our own errors are written for the reader; anything else is a bug and needs its stack.
  process.stderr.write(
    `${error instanceof ClewError ? `${error.code}: ${error.message}` : String((error as Error).stack)}\n`,
  )
  process.exit(1)
}
