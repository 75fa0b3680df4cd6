// The key of a data folder under which texts become ids and runs of agents are sealed. It lies in the folder, readable by
// its owner alone, so that both are the same after a restart; without it texts of old traces would become other ids.
import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import type { TextHash } from '@clew/model'
import { type FileLayer, readIfPresent, replaceFile } from './pipeline/journal/file-layer.ts'
import { nodeFileLayer } from './pipeline/journal/node-file-layer.ts'

const FILE = 'text-key'
const KEY_BYTES = 32

/**
 * With the key of the settings (64 hex digits) where there is one, else that of the folder; makes one, for good, at the
 * first start. Rejects when the folder cannot be used.
 */
export async function openTextHash(
  dataFolder: string,
  files: FileLayer = nodeFileLayer,
  configuredKey = '',
): Promise<TextHash> {
  if (configuredKey !== '') return keyedHash(Buffer.from(configuredKey, 'hex'))
  const stored = await readIfPresent(files, `${dataFolder}/${FILE}`)
  if (stored?.length === KEY_BYTES) return keyedHash(stored)
  const key = randomBytes(KEY_BYTES)
  await replaceFile(files, dataFolder, FILE, key)
  return keyedHash(key)
}

function keyedHash(bytes: Uint8Array): TextHash {
  const key = createSecretKey(bytes)
  return (text) => createHmac('sha256', key).update(text, 'utf8').digest()
}
