// New Relic's agents: their agent protocol, and the streams of Infinite Tracing, on the TLS port and in plain text.
import type { CreateDialect } from '../dialect.ts'
import { renderAgentError } from './agent-protocol/render-agent-error.ts'
import { AGENT_PROTOCOL_PATH, registerAgentProtocol } from './agent-protocol/routes.ts'
import { AgentRuns } from './agent-runs.ts'
import { INFINITE_TRACING_PROTOS } from './protos.ts'
import { recordSpansMethods } from './record-spans.ts'
import { StreamLives } from './stream-lives.ts'

export const createInfiniteTracingDialect: CreateDialect = (parts) => {
  const { textHash: hash, timers } = parts
  const runs = new AgentRuns(hash)
  const lives = new StreamLives(timers)
  return {
    http: [
      {
        doors: ['main', 'tls'],
        paths: [AGENT_PROTOCOL_PATH],
        renderError: renderAgentError,
        register: (app) => registerAgentProtocol(app, { ...parts, hash, runs }),
      },
    ],
    grpc: [
      {
        doors: ['otlp-grpc', 'tls'],
        protos: INFINITE_TRACING_PROTOS,
        methods: () => recordSpansMethods({ ...parts, hash, runs, lives }),
      },
    ],
    endStreams: () => lives.endAll(),
  }
}
