// What cannot be stored is set aside under <data_dir>/quarantine/, never deleted: damaged records by themselves, and
// whole segments that the store refused, which every start offers it once more. A name says where it came from, so that
// setting aside twice makes one file.
import { basename } from 'node:path'
import { type FileLayer, replaceFile, TEMPORARY_SUFFIX } from './file-layer.ts'
import type { ByteRange } from './segment-format.ts'
import { parseSegmentName, segmentName } from './segment-name.ts'
import type { SealedSegment } from './segment-sink.ts'

export class Quarantine {
  readonly #files: FileLayer
  readonly #folder: string
  readonly #names: Set<string>

  private constructor(files: FileLayer, folder: string, names: Set<string>) {
    this.#files = files
    this.#folder = folder
    this.#names = names
  }

  static async open(files: FileLayer, folder: string): Promise<Quarantine> {
    await files.createFolder(folder)
    const names = new Set(await files.list(folder))
    for (const name of names)
      if (name.endsWith(TEMPORARY_SUFFIX)) {
        await files.remove(`${folder}/${name}`)
        names.delete(name)
      }
    return new Quarantine(files, folder, names)
  }

  /** Files in it, also of earlier runs: anything above 0 needs a look. */
  get count(): number {
    return this.#names.size
  }

  /** Keeps a copy of a damaged part of a segment. */
  async keepRecord(segmentPath: string, segment: Uint8Array, range: ByteRange): Promise<void> {
    const name = `${basename(segmentPath, '.segment')}-at-${range.offset}.record`
    await replaceFile(this.#files, this.#folder, name, segment.subarray(range.offset, range.offset + range.length))
    this.#names.add(name)
  }

  /** Moves a segment here; its name says how many tables hold it. */
  async takeSegment({ path, block }: SealedSegment, tablesDone: number): Promise<void> {
    const name = segmentName(block, tablesDone)
    await this.#files.rename(path, `${this.#folder}/${name}`)
    await this.#files.syncFolder(this.#folder)
    this.#names.add(name)
  }

  /**
   * Moves the segments back into the journal, each under a new number: for the tables all that has an older one is stored.
   * To be called before the journal numbers anything new.
   */
  async returnSegments(journalFolder: string, takeBlock: () => Promise<bigint>): Promise<void> {
    for (const name of [...this.#names].sort()) {
      const parsed = parseSegmentName(name)
      if (parsed === undefined) continue
      await this.#files.rename(
        `${this.#folder}/${name}`,
        `${journalFolder}/${segmentName(await takeBlock(), parsed.tablesDone)}`,
      )
      await this.#files.syncFolder(journalFolder)
      await this.#files.syncFolder(this.#folder)
      this.#names.delete(name)
    }
  }
}
