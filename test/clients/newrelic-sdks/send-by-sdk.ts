// New Relic's Telemetry SDKs as senders for tests, each in a program of its own that takes from its stdin what to send:
// whom they trust beside the usual authorities they read when they start.
import { fileURLToPath } from 'node:url'
import { type Command, type Installed, runProgram } from '../client.ts'

/** What New Relic calls a span; ids as the sender likes to write them. */
export interface SdkSpan {
  readonly id: string
  readonly traceId: string
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly name: string
  readonly parentId?: string
  /** That of `common` when left out. */
  readonly service?: string
  readonly durationMs: number
  readonly attributes?: SdkAttributes
}

export type SdkAttributes = Readonly<Record<string, string | number | boolean>>

export interface SdkRequest {
  readonly apiKey: string
  /** Where Clew listens; the path is known to the SDK. */
  readonly url: URL
  /** PEM file of who issued the certificate; '' to trust no more than usual. */
  readonly authorityPath: string
  readonly common: SdkAttributes
  readonly spans: readonly SdkSpan[]
}

/** What the SDK told the program; `error` only when there was no answer. */
export interface SdkAnswer {
  readonly error: string | null
  readonly status: number | null
  readonly body: string | null
}

export interface Sdk extends Installed {
  readonly program: Command['run']
  /** Environment variable that names a file of authorities to trust, where the program does not take it from its stdin. */
  readonly trustVariable?: string
}

const folderOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** What it needs is installed with the house. */
export const NODE_SDK: Sdk = {
  runtimes: ['node'],
  folder: folderOf('node'),
  install: [],
  program: [process.execPath, 'send.cjs'],
  trustVariable: 'NODE_EXTRA_CA_CERTS',
}

export const PYTHON_SDK: Sdk = {
  runtimes: ['python3'],
  folder: folderOf('python'),
  install: [
    { run: ['python3', '-m', 'venv', '.venv'] },
    { run: ['.venv/bin/pip', 'install', '--quiet', '-r', 'requirements.txt'] },
  ],
  program: ['.venv/bin/python', 'send.py'],
}

export const GO_SDK: Sdk = {
  runtimes: ['go'],
  folder: folderOf('go'),
  install: [{ run: ['go', 'build', '-o', '.installed/send', '.'] }],
  program: ['.installed/send'],
  trustVariable: 'SSL_CERT_FILE',
}

/** Rejects with what the program printed when it fails. */
export async function sendBySdk(sdk: Sdk, { url, ...request }: SdkRequest): Promise<SdkAnswer> {
  const { trustVariable, program } = sdk
  const environment =
    trustVariable === undefined || request.authorityPath === '' ? {} : { [trustVariable]: request.authorityPath }
  const input = { ...request, url: url.origin, host: url.hostname, port: Number(url.port) }
  return JSON.parse(await runProgram(sdk, { run: program, environment }, JSON.stringify(input))) as SdkAnswer
}
