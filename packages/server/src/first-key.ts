// The key that Clew makes by itself where it is reachable by others and nobody configured one: in the container image.
// It lies in the data folder, readable by its owner alone, so that it is the same after a restart.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isLoopback } from './access/host.ts'
import { createKey, DEFAULT_TENANT, hashKey, type KeyEntry } from './access/keys.ts'
import type { Settings } from './config/settings.ts'

const FILE = 'first-key'

export interface FirstKey {
  readonly entry: KeyEntry
  /** The key itself when it was made just now. */
  readonly newKey: string | undefined
}

/** Undefined when the settings need no such key. */
export async function takeFirstKey(settings: Settings, dataFolder: string): Promise<FirstKey | undefined> {
  const isNeeded = settings.keys.length === 0 && !settings.insecure && !isLoopback(settings.httpHost)
  if (!settings.firstKey || !isNeeded) return undefined
  const path = join(dataFolder, FILE)
  // A crash may leave the file without its content.
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim()
  if (kept !== '') return { entry: entryOf(kept), newKey: undefined }
  const key = createKey()
  await writeFile(path, `${key}\n`, { mode: 0o600, flush: true })
  return { entry: entryOf(key), newKey: key }
}

function entryOf(key: string): KeyEntry {
  return { name: FILE, sha256: hashKey(key), tenant: DEFAULT_TENANT, access: 'both' }
}
