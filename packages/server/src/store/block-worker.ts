// The worker thread that turns sealed segments into Native files, so that scanning tens of megabytes never holds up the
// event loop. It opens no engine. Messages are block-builder.ts's.
import { open } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import { ClewError, DecodeError } from '@clew/model'
import { type JournalRecord, parseSegment } from '../pipeline/journal/segment-format.ts'
import type { BuildAnswer, BuildFailure, BuildRequest, StartDay } from './block-builder.ts'
import { BlockBuilder } from './native-block.ts'

const port = parentPort
if (port === null) throw new Error('block-worker.ts is started as a worker thread by block-builder.ts')

const builder = new BlockBuilder()

// One after the other: a message that comes while a block is built waits for it.
let working: Promise<void> = Promise.resolve()

port.on('message', (request: StartDay | BuildRequest) => {
  working = working.then(async () => {
    if (request.kind === 'startDay') builder.startDay(request.stored)
    else port.postMessage(await answer(request))
  })
})

/** Serves segment after segment: tens of megabytes of garbage a block would wait for the collector. */
let segmentBytes = new Uint8Array(0)
/** Beyond a full segment; what an odd one needs more is given back. */
const KEPT_BYTES = 96 * 1024 * 1024

async function readSegment(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    if (size > segmentBytes.length || segmentBytes.length > KEPT_BYTES) segmentBytes = new Uint8Array(size)
    let at = 0
    while (at < size) {
      const { bytesRead } = await file.read(segmentBytes, at, size - at)
      if (bytesRead === 0) break
      at += bytesRead
    }
    return segmentBytes.subarray(0, at)
  } finally {
    await file.close()
  }
}

async function answer(request: BuildRequest): Promise<BuildAnswer> {
  try {
    const { records } = parseSegment(await readSegment(request.segmentPath))
    checkWhole(records, request)
    return { id: request.id, built: await builder.build(records, request) }
  } catch (cause) {
    return { id: request.id, failure: failureOf(cause) }
  }
}

/** What is damaged is left out of the records: without this a segment that rotted on disk would be stored in part and deleted. */
function checkWhole(records: readonly JournalRecord[], { segmentPath, items }: BuildRequest): void {
  const found = records.reduce((sum, { batch }) => sum + batch.count, 0)
  if (found !== items)
    throw new DecodeError('journal segment', segmentPath, `expected ${items} spans and log records, got ${found}`)
}

/** A disk that fails says nothing about the segment. */
function failureOf(cause: unknown): BuildFailure {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (cause instanceof ClewError) return { code: cause.code, message }
  const { syscall, code } = cause as NodeJS.ErrnoException
  if (syscall === undefined) return { code: 'DECODE_FAILED', message }
  return { code: code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'JOURNAL_UNAVAILABLE', message }
}
