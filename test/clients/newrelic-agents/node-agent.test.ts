// New Relic's Node agent wholly against Clew. It is 115 MB, so it is no dependency of the house: where
// `npx tsx test/clients/newrelic-agents/main.ts node` was run once it is there, elsewhere this is skipped.
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { ServerProcess } from '../../e2e/server-process.ts'
import { AGENTS } from './agents.ts'
import { runAgent, startClew } from './run-agent.ts'

const agent = AGENTS.node!

describe.runIf(agent.isInstalled())('the Node agent of New Relic', () => {
  let server: ServerProcess
  beforeAll(async () => {
    server = await startClew()
  })
  afterAll(async () => {
    await server?.remove()
  })

  it.each(Object.keys(agent.modes))(
    'has its traces here under its application: %s',
    { timeout: 120_000 },
    async (mode) => {
      await runAgent(server, agent, mode, `node ${mode}`)
    },
  )
})
