// A disk for tests, in memory: it knows what is durable and what is not, fails on demand, and loses its power. Contents are
// durable after `sync` of the file, names after `syncFolder`, as POSIX promises and no more.
import type { AppendFile, FileLayer } from './file-layer.ts'

interface Inode {
  bytes: Buffer
  /** How much of `bytes` survives a loss of power for certain. */
  durable: Buffer
}

type Names = Map<string, Inode>

/** What of the unsynced state a loss of power leaves: the worst, all of it, or what `choose` (0 to 1) picks. */
export type Survival = 'durable' | 'everything' | (() => number)

export type DiskOperation =
  | 'create'
  | 'write'
  | 'sync'
  | 'close'
  | 'read'
  | 'list'
  | 'truncate'
  | 'rename'
  | 'remove'
  | 'syncFolder'

export class MemoryDisk implements FileLayer {
  free = Number.MAX_SAFE_INTEGER
  /**
   * Runs before each operation: throw an error with a code to fail it. A failed write leaves half of its bytes, a failed
   * sync makes nothing durable.
   */
  before: (operation: DiskOperation, path: string) => void = () => {}
  #names: Names = new Map()
  #durableNames: Names = new Map()
  #dead = false

  /** From here on nothing answers any more, as for a process that was killed. */
  die(): void {
    this.#dead = true
  }

  get isDead(): boolean {
    return this.#dead
  }

  /** The disk as the next process finds it. Without `survival` only the process died, and its writes are all there. */
  reborn(survival: Survival = 'everything'): MemoryDisk {
    const disk = new MemoryDisk()
    const copies = new Map<Inode, Inode>()
    for (const folder of this.#folders())
      for (const [path, inode] of keep(survival) ? this.#names : this.#durableNames) {
        if (folderOf(path) !== folder) continue
        if (!copies.has(inode)) {
          const bytes = surviving(inode, survival)
          copies.set(inode, { bytes, durable: bytes })
        }
        disk.#names.set(path, copies.get(inode)!)
        disk.#durableNames.set(path, copies.get(inode)!)
      }
    return disk
  }

  paths(): string[] {
    return [...this.#names.keys()].sort()
  }

  /** Changes the bytes of a file behind everybody's back. */
  corrupt(path: string, change: (bytes: Buffer) => Buffer): void {
    const inode = this.#inode(path)
    inode.bytes = change(Buffer.from(inode.bytes))
    inode.durable = inode.bytes
  }

  async createFolder(): Promise<void> {}

  async list(folder: string): Promise<readonly string[]> {
    await this.#step('list', folder)
    return [...this.#names.keys()]
      .filter((path) => folderOf(path) === folder)
      .map((path) => path.slice(folder.length + 1))
  }

  async read(path: string): Promise<Uint8Array> {
    await this.#step('read', path)
    return Buffer.from(this.#inode(path).bytes)
  }

  async create(path: string): Promise<AppendFile> {
    await this.#step('create', path)
    if (this.#names.has(path)) throw diskError('EEXIST', path)
    const inode: Inode = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0) }
    this.#names.set(path, inode)
    return {
      write: async (chunks) => {
        const added = Buffer.concat(chunks)
        try {
          await this.#step('write', path)
        } catch (error) {
          inode.bytes = Buffer.concat([inode.bytes, added.subarray(0, added.length / 2)])
          throw error
        }
        inode.bytes = Buffer.concat([inode.bytes, added])
      },
      sync: async () => {
        await this.#step('sync', path)
        inode.durable = inode.bytes
      },
      close: () => this.#step('close', path),
    }
  }

  async truncate(path: string, lengthBytes: number): Promise<void> {
    await this.#step('truncate', path)
    const inode = this.#inode(path)
    inode.bytes = inode.bytes.subarray(0, lengthBytes)
    inode.durable = inode.bytes
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#step('rename', from)
    this.#names.set(to, this.#inode(from))
    this.#names.delete(from)
  }

  async remove(path: string): Promise<void> {
    await this.#step('remove', path)
    this.#inode(path)
    this.#names.delete(path)
  }

  async syncFolder(folder: string): Promise<void> {
    await this.#step('syncFolder', folder)
    for (const path of this.#durableNames.keys()) if (folderOf(path) === folder) this.#durableNames.delete(path)
    for (const [path, inode] of this.#names) if (folderOf(path) === folder) this.#durableNames.set(path, inode)
  }

  async freeBytes(): Promise<number> {
    return this.free
  }

  async #step(operation: DiskOperation, path: string): Promise<void> {
    await Promise.resolve()
    if (!this.#dead) this.before(operation, path)
    if (this.#dead) await new Promise(() => {})
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path)
    if (inode === undefined) throw diskError('ENOENT', path)
    return inode
  }

  #folders(): Set<string> {
    return new Set([...this.#names.keys(), ...this.#durableNames.keys()].map(folderOf))
  }
}

export function diskError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}

function keep(survival: Survival): boolean {
  return survival === 'everything' || (survival !== 'durable' && survival() < 0.5)
}

/** Bytes written after the last sync may be there in part, or read as zero. */
function surviving(inode: Inode, survival: Survival): Buffer {
  if (survival === 'everything') return inode.bytes
  if (survival === 'durable') return inode.durable
  // A file cut since its last sync has nothing that is unsynced.
  if (inode.bytes.length <= inode.durable.length) return inode.durable
  const unsynced = Buffer.from(inode.bytes.subarray(inode.durable.length))
  const length = Math.floor(survival() * (unsynced.length + 1))
  if (survival() < 0.3) unsynced.fill(0, Math.floor(survival() * length))
  return Buffer.concat([inode.durable, unsynced.subarray(0, length)])
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}
