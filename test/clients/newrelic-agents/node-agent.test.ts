// New Relic's Node agent wholly against Clew. It is 115 MB, so it is no dependency of the house: where
// `npx tsx test/clients/main.ts newrelic-agents/node` was run once it is there, elsewhere this is skipped.
import { afterAll, beforeAll, describe, it } from 'vitest'
import { ServerProcess } from '../../e2e/server-process.ts'
import { isInstalled } from '../client.ts'
import { AGENTS } from './agents.ts'
import { runAgent } from './run-agent.ts'

const agent = AGENTS.node!

const isHere = isInstalled(agent)

describe.runIf(isHere)(`the Node agent of New Relic${isHere ? '' : ' (skipped: it is not installed)'}`, () => {
  let server: ServerProcess
  beforeAll(async () => {
    server = await ServerProcess.start({ settings: { 'tls.mode': 'auto' } })
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
