// When the background writer has put everything acknowledged into the store: the journal folder then holds no segment
// with a record in it. Looked up in the file system, so that the server is asked nothing while it is measured.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A segment with a header and nothing else is smaller than this. */
const EMPTY_SEGMENT_BYTES = 64

/** Bytes of segments that are not in the store yet. */
export async function journalBytes(dataDir: string): Promise<number> {
  const folder = join(dataDir, 'journal')
  const names = await readdir(folder).catch(() => [])
  const sizes = await Promise.all(
    names
      .filter((name) => name.endsWith('.segment'))
      .map((name) =>
        stat(join(folder, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  )
  return sizes.filter((size) => size > EMPTY_SEGMENT_BYTES).reduce((sum, size) => sum + size, 0)
}

/** Resolves with the time (performance.now) at which the journal was first seen empty. */
export async function untilJournalEmpty(dataDir: string, withinMs = 600_000): Promise<number> {
  const started = performance.now()
  while (performance.now() - started < withinMs) {
    if ((await journalBytes(dataDir)) === 0) return performance.now()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`the journal still holds ${await journalBytes(dataDir)} bytes after ${withinMs / 1000} s`)
}
