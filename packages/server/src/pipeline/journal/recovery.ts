// What a start finds in the journal folder: leftovers are removed, a torn last record is cut, damaged records are set
// aside, and every segment with a record in it waits for the store again, oldest first.
import { type FileLayer, TEMPORARY_SUFFIX } from './file-layer.ts'
import type { JournalLog } from './journal-log.ts'
import type { Quarantine } from './quarantine.ts'
import { RequestEntries, type RequestLog } from './request-log.ts'
import { type SegmentScan, scanSegment } from './segment-format.ts'
import { parseSegmentName, type SegmentName } from './segment-name.ts'
import type { WaitingSegment } from './segment-queue.ts'

const MS_PER_DAY = 86_400_000

interface RecoveryParts {
  readonly files: FileLayer
  readonly folder: string
  readonly quarantine: Quarantine
  readonly requestLog: RequestLog
  readonly log: JournalLog
}

/** Days since 1970, UTC. */
export function dayOf(ms: number): number {
  return Math.floor(ms / MS_PER_DAY)
}

/** The segments to store, in order: those that wait, then those that were refused before, under new numbers. */
export async function recoverSegments(parts: RecoveryParts): Promise<WaitingSegment[]> {
  const { files, folder } = parts
  const names = await files.list(folder)
  const segments: WaitingSegment[] = []
  for (const name of [...names].sort()) {
    const path = `${folder}/${name}`
    const parsed = parseSegmentName(name)
    if (name.endsWith(TEMPORARY_SUFFIX)) await files.remove(path)
    else if (parsed !== undefined) {
      const segment = await recoverSegment(parts, path, parsed)
      if (segment === undefined) await files.remove(path)
      else segments.push(segment)
    }
  }
  await files.syncFolder(folder)
  return segments
}

/** Undefined when there is nothing in it to store. */
async function recoverSegment(
  parts: RecoveryParts,
  path: string,
  name: SegmentName,
): Promise<WaitingSegment | undefined> {
  const { files, quarantine, log } = parts
  const bytes = await files.read(path)
  const scan = scanSegment(bytes)
  for (const range of scan.damaged) {
    await quarantine.keepRecord(path, bytes, range)
    log.error({ path, ...range }, 'journal: a damaged record is kept in quarantine')
  }
  if (scan.records.length === 0) return undefined
  if (scan.tornAt !== undefined) {
    await files.truncate(path, scan.tornAt)
    log.info({ path, offset: scan.tornAt }, 'journal: cut a record that a crash tore off before it was acknowledged')
  }
  const requests = new RequestEntries()
  let items = 0
  for (const record of scan.records) {
    items += record.items
    requests.add(record.acceptedMs, record.identity)
  }
  parts.requestLog.restore(requests.bytes)
  return {
    ...name,
    storedDay: storedDayOf(scan),
    path,
    items,
    byteLength: scan.tornAt ?? bytes.length,
    requests: requests.bytes,
  }
}

function storedDayOf(scan: SegmentScan): number {
  return scan.header?.storedDay ?? dayOf(scan.records[0]!.acceptedMs)
}
