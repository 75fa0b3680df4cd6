// All the journal asks of a disk, so that tests can give it one that loses power, tears writes and fails.
// Paths are absolute. Errors are those of node:fs (`code` is EIO, ENOSPC, …).

/** A file that only grows. One call at a time. */
export interface AppendFile {
  /** Writes all chunks at the end, in order. When it rejects, any prefix of them may be in the file. */
  write(chunks: readonly Uint8Array[]): Promise<void>
  /** Resolves when everything written is on disk for good. After a rejection nothing can be said of the file any more. */
  sync(): Promise<void>
  close(): Promise<void>
}

export interface FileLayer {
  /** With its parents, for good; nothing changes when it exists. */
  createFolder(path: string): Promise<void>
  /** Names of the files in a folder, in no order. */
  list(folder: string): Promise<readonly string[]>
  read(path: string): Promise<Uint8Array>
  /** A new empty file; rejects with EEXIST when there is one. Its name is durable after `syncFolder`. */
  create(path: string): Promise<AppendFile>
  /** Cuts a file to `lengthBytes`, for good. */
  truncate(path: string, lengthBytes: number): Promise<void>
  /** Replaces what is at `to`. Durable after `syncFolder`. */
  rename(from: string, to: string): Promise<void>
  /** Durable after `syncFolder`. */
  remove(path: string): Promise<void>
  syncFolder(path: string): Promise<void>
  /** Bytes that this process may still write on the disk of `path`. */
  freeBytes(path: string): Promise<number>
}

/** Writes a small file whole: after a crash there is the old one or the new one, never half of it. */
export async function replaceFile(files: FileLayer, folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${folder}/${name}${TEMPORARY_SUFFIX}`
  await files.remove(temporary).catch(ignoreMissing)
  const file = await files.create(temporary)
  try {
    await file.write([bytes])
    await file.sync()
  } finally {
    await file.close()
  }
  await files.rename(temporary, `${folder}/${name}`)
  await files.syncFolder(folder)
}

/** Files that a crash may leave half written; whoever opens the folder removes them. */
export const TEMPORARY_SUFFIX = '.tmp'

/** The bytes of a file, or undefined when there is none. */
export async function readIfPresent(files: FileLayer, path: string): Promise<Uint8Array | undefined> {
  try {
    return await files.read(path)
  } catch (error) {
    ignoreMissing(error)
    return undefined
  }
}

/** `code` of an error of node:fs, else ''. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** For `catch`: passes over "there is no such file". */
export function ignoreMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error
}
