// The OpenTelemetry SDKs of other languages with exporters as they come, told nothing but where to send: each sends the
// same trace over both transports of OTLP.
import { fileURLToPath } from 'node:url'
import type { ServerProcess } from '../../e2e/server-process.ts'
import { type Client, type Command, type Installed, runProgram } from '../client.ts'
import { checkOrder, type SentOrder } from './check-order.ts'

const folderOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const TRANSPORTS = {
  'OTLP over HTTP': { protocol: 'http/protobuf', portOf: ({ ports }: ServerProcess) => ports.otlpHttp },
  'OTLP over gRPC': { protocol: 'grpc', portOf: ({ ports }: ServerProcess) => ports.otlpGrpc },
} as const

function clientOf(language: string, program: Command['run'], installed: Installed): Client {
  const ways = Object.entries(TRANSPORTS).map(([way, { protocol, portOf }]) => [
    way,
    async (server: ServerProcess) => {
      const service = `${language} ${protocol}`
      const environment = {
        OTEL_SERVICE_NAME: service,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${portOf(server)}`,
        // Java's SDK would send these too, to a server that does not take metrics.
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
      }
      const sent = JSON.parse(await runProgram(installed, { run: program, environment })) as SentOrder
      await checkOrder(server, service, language, sent)
    },
  ])
  return { ...installed, ways: Object.fromEntries(ways) }
}

export const OPENTELEMETRY: Readonly<Record<string, Client>> = {
  python: clientOf('python', ['.venv/bin/python', 'send.py'], {
    runtimes: ['python3'],
    folder: folderOf('python'),
    install: [
      { run: ['python3', '-m', 'venv', '.venv'] },
      { run: ['.venv/bin/pip', 'install', '--quiet', '-r', 'requirements.txt'] },
    ],
  }),
  go: clientOf('go', ['.installed/send'], {
    runtimes: ['go'],
    folder: folderOf('go'),
    install: [{ run: ['go', 'build', '-o', '.installed/send', '.'] }],
  }),
  java: clientOf('java', ['java', '-cp', '.installed:.installed/*', 'Send'], {
    runtimes: ['java', 'javac', 'mvn'],
    folder: folderOf('java'),
    install: [
      { run: ['mvn', '-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=.installed'] },
      { run: ['javac', '-cp', '.installed/*', '-d', '.installed', 'Send.java'] },
    ],
  }),
}
