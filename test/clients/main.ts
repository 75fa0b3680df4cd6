// Every client that can run on this machine, one after the other, each against a Clew of its own:
// `npx tsx test/clients/main.ts [part of a name …]`. Installs what is missing beside its files.
import { ServerProcess } from '../e2e/server-process.ts'
import { type Client, install, isInstalled, missingRuntimes } from './client.ts'
import { CLIENTS } from './registry.ts'

/** Why it cannot run here, if so. */
function obstacle(client: Client): string | undefined {
  const missing = missingRuntimes(client)
  if (missing.length > 0) return `this machine has no ${missing.join(', no ')}`
  try {
    if (!isInstalled(client)) install(client)
    return undefined
  } catch (error) {
    return `it cannot be installed: ${(error as Error).message}`
  }
}

const counts = { ok: 0, failed: 0, skipped: 0 }

async function tryAll(name: string, { settings, ways }: Client): Promise<void> {
  const server = await ServerProcess.start({ settings: { 'tls.mode': 'auto', ...settings } })
  for (const [way, attempt] of Object.entries(ways)) {
    const started = performance.now()
    try {
      await attempt(server)
      counts.ok++
      console.log(`ok   ${name}: ${way} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
    } catch (error) {
      counts.failed++
      console.log(`FAIL ${name}: ${way}: ${(error as Error).message}`)
    }
  }
  await server.remove()
}

const asked = process.argv.slice(2)
for (const [name, client] of Object.entries(CLIENTS)) {
  if (asked.length > 0 && !asked.some((part) => name.includes(part))) continue
  const reason = obstacle(client)
  if (reason === undefined) await tryAll(name, client)
  else {
    counts.skipped++
    console.log(`skip ${name}: ${reason}`)
  }
}
console.log(`${counts.ok} ok, ${counts.failed} failed, ${counts.skipped} clients skipped`)
process.exit(counts.failed > 0 ? 1 : 0)
