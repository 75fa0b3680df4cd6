// Clew's own log: one line an event, JSON for machines or text for people on a terminal.
import { Writable } from 'node:stream'
import { destination, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

export interface LoggerOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly format: 'auto' | 'json' | 'text'
}

/** Writes to standard error, so that standard output stays free for what a command answers. */
export function createLogger(options: LoggerOptions): Logger {
  const asText = options.format === 'text' || (options.format === 'auto' && process.stderr.isTTY === true)
  const stream = asText ? textStream(process.stderr) : destination({ fd: 2, sync: false })
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: pino.stdSerializers.err },
    },
    stream,
  )
}

const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

/** `12:30:01.250 warn  the message  key=value` */
function textStream(out: NodeJS.WritableStream): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString('utf8').split('\n')) if (line) out.write(`${renderLine(line)}\n`)
      done()
    },
  })
}

export function renderLine(line: string): string {
  const { time, level, msg, err, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>
  const clock = typeof time === 'string' ? time.slice(11, 23) : ''
  const name = LEVELS[level as number] ?? String(level)
  const fields = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : ''
  return `${clock} ${name.padEnd(5)} ${[String(msg ?? ''), ...fields].join('  ')}${stack}`
}
