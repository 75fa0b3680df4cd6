// The OpenTelemetry SDKs of other languages with exporters as they come, set by their environment alone: each sends the
// same trace over both transports of OTLP.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { doorUrl } from '../../e2e/ask-server.ts'
import type { ServerProcess } from '../../e2e/server-process.ts'
import { type Client, type Command, type Installed, runProgram } from '../client.ts'
import { KEY, KEY_SETTINGS } from '../key.ts'
import { checkOrder, type SentOrder } from './check-order.ts'

const folderOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

interface Transport {
  readonly protocol: string
  portOf(server: ServerProcess): number
}

const TRANSPORTS: Readonly<Record<string, Transport>> = {
  'OTLP over HTTP': { protocol: 'http/protobuf', portOf: ({ ports }) => ports.otlpHttp },
  'OTLP over gRPC': { protocol: 'grpc', portOf: ({ ports }) => ports.otlpGrpc },
}

interface Sdk extends Installed {
  readonly language: string
  readonly program: Command['run']
}

/** Sends the order as the environment says, to where it says. */
async function sendOrder(server: ServerProcess, sdk: Sdk, environment: Record<string, string>): Promise<void> {
  const { language, program } = sdk
  const service = `${language} ${environment.OTEL_EXPORTER_OTLP_ENDPOINT}`
  // Java's SDK would send metrics and logs too, to a server that does not take metrics.
  const others = { OTEL_SERVICE_NAME: service, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }
  const printed = await runProgram(sdk, { run: program, environment: { ...others, ...environment } })
  await checkOrder(server, service, language, JSON.parse(printed) as SentOrder)
}

/** On the same machine, with nothing set but where to. */
function asItComes(sdk: Sdk): Client {
  const ways = Object.entries(TRANSPORTS).map(([way, { protocol, portOf }]) => [
    way,
    (server: ServerProcess) =>
      sendOrder(server, sdk, {
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${portOf(server)}`,
      }),
  ])
  return { ...sdk, ways: Object.fromEntries(ways) }
}

/** As from another machine: over TLS, with a key, compressed. */
function fromElsewhere(sdk: Sdk): Client {
  const ways = Object.entries(TRANSPORTS).map(([way, { protocol }]) => [
    way,
    async (server: ServerProcess) =>
      sendOrder(server, sdk, {
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_ENDPOINT: (await doorUrl(server, 'tls')).origin,
        OTEL_EXPORTER_OTLP_CERTIFICATE: join(server.dataDir, 'tls', 'authority.pem'),
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${KEY}`,
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      }),
  ])
  return { ...sdk, settings: KEY_SETTINGS, ways: Object.fromEntries(ways) }
}

const SDKS: readonly Sdk[] = [
  {
    language: 'python',
    program: ['.venv/bin/python', 'send.py'],
    runtimes: ['python3'],
    folder: folderOf('python'),
    install: [
      { run: ['python3', '-m', 'venv', '.venv'] },
      { run: ['.venv/bin/pip', 'install', '--quiet', '-r', 'requirements.txt'] },
    ],
  },
  {
    language: 'go',
    program: ['.installed/send'],
    runtimes: ['go'],
    folder: folderOf('go'),
    install: [{ run: ['go', 'build', '-o', '.installed/send', '.'] }],
  },
  {
    language: 'java',
    program: ['java', '-cp', '.installed:.installed/*', 'Send'],
    runtimes: ['java', 'javac', 'mvn'],
    folder: folderOf('java'),
    install: [
      { run: ['mvn', '-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=.installed'] },
      { run: ['javac', '-cp', '.installed/*', '-d', '.installed', 'Send.java'] },
    ],
  },
]

export const OPENTELEMETRY: Readonly<Record<string, Client>> = Object.fromEntries(
  SDKS.flatMap((sdk) => [
    [sdk.language, asItComes(sdk)],
    [`${sdk.language} from elsewhere`, fromElsewhere(sdk)],
  ]),
)
