// `clew status`: `/readyz` of a running server, for people.
import { ClewError } from '@clew/model'
import type { Readiness } from '../telemetry/health.ts'

/** Rejects with STORE_UNAVAILABLE when nothing that looks like Clew answers at `url`. */
export async function showStatus(url: string): Promise<{ text: string; ready: boolean }> {
  const address = `${url.replace(/\/+$/, '')}/readyz`
  let readiness: Readiness
  try {
    const response = await fetch(address)
    readiness = (await response.json()) as Readiness
  } catch (error) {
    throw new ClewError('STORE_UNAVAILABLE', `${address}: expected a running Clew, got no answer`, { cause: error })
  }
  const lines = Object.entries(readiness.checks).map(
    ([name, { ok, detail }]) => `  ${ok ? 'ok  ' : 'FAIL'} ${name}${detail === undefined ? '' : `: ${detail}`}`,
  )
  return { text: [readiness.ready ? 'ready' : 'not ready', ...lines].join('\n'), ready: readiness.ready }
}
