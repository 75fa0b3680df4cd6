// Every client that needs more than npm, by its folder.
import { fileURLToPath } from 'node:url'
import { doorUrl } from '../e2e/ask-server.ts'
import type { ServerProcess } from '../e2e/server-process.ts'
import { type Client, type Installed, runProgram } from './client.ts'
import { AGENTS } from './newrelic-agents/agents.ts'
import { runAgent } from './newrelic-agents/run-agent.ts'
import { TELEMETRY_SDKS } from './newrelic-sdks/clients.ts'
import { OPENTELEMETRY } from './opentelemetry/clients.ts'
import { ZIPKIN_LENS } from './zipkin-lens/lens.ts'

const folderOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const JAEGER: Installed = {
  runtimes: ['go'],
  folder: folderOf('go-jaeger'),
  install: [{ run: ['go', 'build', '-o', '.installed/send', '.'] }],
}
const ZIPKIN: Installed = {
  runtimes: ['java', 'mvn'],
  folder: folderOf('java-zipkin'),
  install: [{ run: ['mvn', '-q', '-B', 'compile', 'dependency:copy-dependencies', '-DoutputDirectory=.installed'] }],
}

export const CLIENTS: Readonly<Record<string, Client>> = {
  ...inFolder('opentelemetry', OPENTELEMETRY),
  ...inFolder('newrelic-sdks', TELEMETRY_SDKS),
  ...inFolder('newrelic-agents', mapValues(AGENTS, agentClient)),
  'go-jaeger': {
    ...JAEGER,
    ways: {
      'UDP and HTTP': async (server) => {
        const [agent, collector, sampling] = await Promise.all([
          doorUrl(server, 'jaeger-compact'),
          doorUrl(server, 'jaeger-http'),
          doorUrl(server, 'sampling-http'),
        ])
        await runProgram(JAEGER, {
          run: ['.installed/send'],
          environment: {
            ...pageOf(server),
            CLEW_JAEGER_AGENT: agent.host,
            CLEW_JAEGER_COLLECTOR: collector.origin,
            CLEW_SAMPLING: `${sampling.origin}/sampling`,
          },
        })
      },
    },
  },
  'java-zipkin': {
    ...ZIPKIN,
    ways: {
      'every encoding': async (server) => {
        const environment = { ...pageOf(server), CLEW_ZIPKIN: (await doorUrl(server, 'zipkin')).origin }
        await runProgram(ZIPKIN, { run: ['java', '-cp', 'target/classes:.installed/*', 'Send'], environment })
      },
    },
  },
  'zipkin-lens': ZIPKIN_LENS,
}

function agentClient(agent: (typeof AGENTS)[string], language: string): Client {
  const ways = mapValues(agent.modes, (_command, mode) => (server: ServerProcess) => {
    return runAgent(server, agent, mode, `${language} ${mode}`)
  })
  return { ...agent, ways }
}

function pageOf(server: ServerProcess) {
  return { CLEW_PAGE: server.url('') }
}

function inFolder(folder: string, clients: Readonly<Record<string, Client>>): Record<string, Client> {
  return Object.fromEntries(Object.entries(clients).map(([name, client]) => [`${folder}/${name}`, client]))
}

function mapValues<A, B>(values: Readonly<Record<string, A>>, map: (value: A, key: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]))
}
