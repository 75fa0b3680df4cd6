// The command line. `start` owns the data folder; every other command speaks HTTP to a running Clew or touches no data.
import { availableParallelism } from 'node:os'
import { DOCUMENT_FORMATS, SPAN_FORMATS } from '@clew/codecs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { createKey, hashKey } from '../access/keys.ts'
import { environmentName, flagName, SETTINGS, type Setting, type SettingName } from '../config/settings.ts'
import { type Conversion, convertFile } from './convert.ts'
import { showStatus } from './status.ts'

export interface StartArguments {
  readonly configPath: string | undefined
  readonly flags: Partial<Readonly<Record<SettingName, string>>>
}

export interface ProgramOptions {
  readonly version: string
  readonly start: (startArguments: StartArguments) => Promise<void>
  readonly print: (text: string) => void
}

export function createProgram({ version, start, print }: ProgramOptions): Command {
  const program = new Command('clew').description('Self-hosted distributed tracing.').version(version)
  program.addCommand(startCommand(start), { isDefault: true })
  program
    .command('key')
    .description('make a key for `keys` in the settings; the server keeps only its hash')
    .option('--name <name>', 'name of the entry', 'key')
    .option('--tenant <tenant>', 'owner of the data', 'default')
    .option('--access <access>', 'read, write or both', 'both')
    .action((options: { name: string; tenant: string; access: string }) => {
      const key = createKey()
      const entry = { name: options.name, sha256: hashKey(key), tenant: options.tenant, access: options.access }
      print(`key (shown once): ${key}\n\nkeys:\n  - ${JSON.stringify(entry)}`)
    })
  program
    .command('status')
    .description('ask a running Clew how it is')
    .option('--url <url>', 'address of its page', 'http://localhost:2539')
    .action(async (options: { url: string }) => {
      const { text, ready } = await showStatus(options.url)
      print(text)
      if (!ready) process.exitCode = 1
    })
  program.addCommand(convertCommand())
  return program
}

function convertCommand(): Command {
  return new Command('convert')
    .description('convert spans from any format into any other; what cannot be carried is said on standard error')
    .argument('[file]', 'plain or gzip; standard input when left out or -')
    .addOption(new Option('--from <format>', 'of the file; sniffed unless given').choices(SPAN_FORMATS))
    .addOption(new Option('--to <format>', 'to write').choices(DOCUMENT_FORMATS).default('otlp-json'))
    .option('-o, --output <file>', 'where to; standard output when left out')
    .addOption(
      new Option('--threads <count>', 'that work on a long input; the output is the same, in the same order')
        .argParser(parseThreads)
        .default(Math.min(USUAL_THREADS, availableParallelism()), `${USUAL_THREADS}, on a machine with one core 1`),
    )
    .action(async (file: string | undefined, options: ConvertOptions) => {
      const { output, threads, ...conversion } = options
      const { notes, exitCode } = await convertFile(conversion, file === '-' ? undefined : file, output, threads)
      process.stderr.write(`${notes.join('\n')}\n`)
      process.exitCode = exitCode
    })
}

interface ConvertOptions extends Conversion {
  readonly output?: string
  readonly threads: number
}

/** Of two, one reads, takes apart and writes, and converts when it has time; more help where the formats are dear. */
const USUAL_THREADS = 2
const MOST_THREADS = 64

function parseThreads(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= MOST_THREADS) return count
  throw new InvalidArgumentError(`expected a whole number from 1 to ${MOST_THREADS}`)
}

/** One flag a setting, from the table. */
function startCommand(start: ProgramOptions['start']): Command {
  const command = new Command('start')
    .description('start the server (the default command)')
    .addOption(new Option('--config <path>', 'settings file (CLEW_CONFIG; default: clew.yaml where it exists)'))
  for (const entry of Object.values(SETTINGS) as unknown as readonly Setting<unknown>[]) {
    const value = typeof entry.default === 'boolean' ? '[value]' : '<value>'
    command.option(
      `${flagName(entry.path)} ${value}`,
      `${entry.description} (${environmentName(entry.path)}; default: ${entry.kind.print(entry.default)})`,
    )
  }
  return command.action(async (options: Readonly<Record<string, string | true>>) => {
    const flags: Partial<Record<SettingName, string>> = {}
    for (const [name, entry] of Object.entries(SETTINGS) as [SettingName, { path: string }][]) {
      const value = options[attributeName(entry.path)]
      if (value !== undefined) flags[name] = String(value)
    }
    await start({ configPath: options.config === undefined ? undefined : String(options.config), flags })
  })
}

/** What commander calls an option: `--http-port` is `httpPort`. */
function attributeName(path: string): string {
  return flagName(path)
    .slice(2)
    .replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase())
}
