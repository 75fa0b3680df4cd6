// The real disk behind FileLayer: node:fs on file descriptors. Every call runs in libuv's thread pool, none blocks the loop.
import * as fs from 'node:fs'
import * as fsPromises from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { AppendFile, FileLayer } from './file-layer.ts'

const openFile = promisify(fs.open)
const closeFile = promisify(fs.close)
const writev = promisify(fs.writev)
const syncFile = promisify(fs.fsync)
// The size of a file that grew is part of what fdatasync makes durable; only time stamps are not.
const syncData = promisify(fs.fdatasync)
const truncateFile = promisify(fs.ftruncate)

export const nodeFileLayer: FileLayer = {
  async createFolder(path) {
    await fsPromises.mkdir(path, { recursive: true })
    // The names of the folder and of the one around it, which may be as new; above that we may have no right to read.
    for (const parent of [dirname(path), dirname(dirname(path))]) await syncFolder(parent).catch(() => {})
  },
  async list(folder) {
    const entries = await fsPromises.readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
  },
  read: (path) => fsPromises.readFile(path),
  // Only the owner may read what senders sent.
  create: async (path) => new NodeAppendFile(await openFile(path, 'ax', 0o600)),
  truncate: (path, lengthBytes) =>
    withFile(path, 'r+', async (fd) => {
      await truncateFile(fd, lengthBytes)
      await syncFile(fd)
    }),
  rename: (from, to) => fsPromises.rename(from, to),
  remove: (path) => fsPromises.unlink(path),
  syncFolder,
  async freeBytes(path) {
    const { bavail, bsize } = await fsPromises.statfs(path)
    return bavail * bsize
  },
}

class NodeAppendFile implements AppendFile {
  readonly #fd: number

  constructor(fd: number) {
    this.#fd = fd
  }

  async write(chunks: readonly Uint8Array[]): Promise<void> {
    let rest = chunks
    let left = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    while (left > 0) {
      // A disk that runs full writes less than asked before it says ENOSPC.
      const { bytesWritten } = await writev(this.#fd, rest)
      left -= bytesWritten
      if (left > 0) rest = dropBytes(rest, bytesWritten)
    }
  }

  sync(): Promise<void> {
    return syncData(this.#fd)
  }

  close(): Promise<void> {
    return closeFile(this.#fd)
  }
}

function dropBytes(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  const rest: Uint8Array[] = []
  let skip = count
  for (const chunk of chunks) {
    if (skip < chunk.length) rest.push(skip === 0 ? chunk : chunk.subarray(skip))
    skip = Math.max(0, skip - chunk.length)
  }
  return rest
}

function syncFolder(path: string): Promise<void> {
  return withFile(path, 'r', syncFile)
}

async function withFile(path: string, flags: string, use: (fd: number) => Promise<void>): Promise<void> {
  const fd = await openFile(path, flags)
  try {
    await use(fd)
  } finally {
    await closeFile(fd)
  }
}
