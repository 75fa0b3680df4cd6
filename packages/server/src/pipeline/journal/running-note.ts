// A note that is there while Clew runs: found at start, it says that the last run did not stop cleanly, and by the id
// of the boot in it whether the machine went down with it. What a crashed process wrote is in the page cache; what a
// crashed machine did not fsync is gone.
import { readFile } from 'node:fs/promises'
import { errorCode, type FileLayer, ignoreMissing, readIfPresent, replaceFile } from './file-layer.ts'

const FILE_NAME = 'running'

export type LastStop = 'clean' | 'process' | 'machine'

/** Random for each boot of a Linux machine; undefined elsewhere. */
export async function readBootId(): Promise<string | undefined> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  } catch {
    return undefined
  }
}

/**
 * Leaves the note, and says how the last run ended. An unknown boot counts as another one. A disk too full for the note
 * does not keep Clew from starting: what is stored can be read, and the store can make room.
 */
export async function noteStart(files: FileLayer, folder: string, bootId: string | undefined): Promise<LastStop> {
  const found = await readIfPresent(files, `${folder}/${FILE_NAME}`)
  try {
    await replaceFile(files, folder, FILE_NAME, new TextEncoder().encode(bootId ?? ''))
  } catch (error) {
    if (errorCode(error) !== 'ENOSPC') throw error
  }
  if (found === undefined) return 'clean'
  return bootId !== undefined && new TextDecoder().decode(found) === bootId ? 'process' : 'machine'
}

export async function noteCleanStop(files: FileLayer, folder: string): Promise<void> {
  await files.remove(`${folder}/${FILE_NAME}`).catch(ignoreMissing)
  await files.syncFolder(folder)
}
