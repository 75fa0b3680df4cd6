// Every agent of New Relic that can run on this machine, one after the other, against a Clew of its own:
// `npx tsx test/clients/newrelic-agents/main.ts [node python go java]`. Installs what is missing beside this file.
import { AGENTS } from './agents.ts'
import { install, missingRuntimes, runAgent, startClew } from './run-agent.ts'

const asked = process.argv.slice(2)
const server = await startClew()
let failed = false
for (const [language, agent] of Object.entries(AGENTS)) {
  if (asked.length > 0 && !asked.includes(language)) continue
  const missing = missingRuntimes(agent)
  if (missing.length > 0) {
    console.log(`skip ${language}: this machine has no ${missing.join(', no ')}`)
    continue
  }
  if (!agent.isInstalled()) install(agent)
  for (const mode of Object.keys(agent.modes)) {
    const application = `${language} ${mode}`
    try {
      await runAgent(server, agent, mode, application)
      console.log(`ok   ${application}`)
    } catch (error) {
      failed = true
      console.log(`FAIL ${(error as Error).message}`)
    }
  }
}
await server.remove()
process.exit(failed ? 1 : 0)
