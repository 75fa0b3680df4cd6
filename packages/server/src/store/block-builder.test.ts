import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpanBatchBuilder } from '@clew/codecs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeRecord, encodeSegmentHeader } from '../pipeline/journal/segment-format.ts'
import { exampleSpan } from '../testing/example-spans.ts'
import { BlockBuilderThread } from './block-builder.ts'

it('ends its thread when there is nothing to do, knows no day then, and starts again when asked', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'clew-builder-'))
  const path = join(directory, 'segment')
  await writeFile(path, encodeSegmentHeader({ block: 1n, storedDay: 20_000 }))
  const thread = new BlockBuilderThread(1)
  const build = () => thread.build({ segmentPath: path, items: 0 }, { block: 1n, storedDay: 20_000, directory })
  thread.startDay(20_000, [])
  expect(await build()).toMatchObject({ files: [], spans: 0, logs: 0 })
  await expect.poll(() => thread.day).toBeUndefined()
  expect(await build()).toMatchObject({ files: [], spans: 0, logs: 0 })
  await thread.stop()
  await rm(directory, { recursive: true })
})

describe('a block that cannot be built', () => {
  let directory: string
  let options: { block: bigint; storedDay: number; directory: string }
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'clew-builder-'))
    options = { block: 1n, storedDay: 20_000, directory }
  })
  afterEach(() => rm(directory, { recursive: true }))

  async function segmentFile(bytes: Uint8Array): Promise<string> {
    const path = join(directory, 'segment')
    await writeFile(path, bytes)
    return path
  }

  it('is the fault of the disk when a file is missing, and says which', async () => {
    const thread = new BlockBuilderThread()
    await expect(thread.build({ segmentPath: '/dev/null/nowhere/segment', items: 0 }, options)).rejects.toMatchObject({
      code: 'JOURNAL_UNAVAILABLE',
      message: expect.stringContaining('/dev/null/nowhere/segment'),
    })
    const segmentPath = await segmentFile(oneSpanSegment())
    const nowhere = { ...options, directory: '/dev/null/nowhere' }
    await expect(thread.build({ segmentPath, items: 1 }, nowhere)).rejects.toMatchObject({
      code: 'JOURNAL_UNAVAILABLE',
      message: expect.stringContaining('/dev/null/nowhere/1-'),
    })
    await thread.stop()
  })

  it('is the fault of the segment when a record in it has rotted since: it is not stored in part', async () => {
    const bytes = oneSpanSegment()
    bytes[bytes.length - 20]! ^= 1
    const thread = new BlockBuilderThread()
    await expect(thread.build({ segmentPath: await segmentFile(bytes), items: 1 }, options)).rejects.toMatchObject({
      code: 'DECODE_FAILED',
      message: expect.stringContaining('expected 1 spans and log records, got 0'),
    })
    await thread.stop()
  })
})

function oneSpanSegment(): Uint8Array {
  const builder = new SpanBatchBuilder()
  builder.add(exampleSpan())
  const request = {
    tenant: 'default',
    door: 'test',
    body: new Uint8Array(),
    acceptedMs: 1,
    identity: new Uint8Array(16),
  }
  const header = encodeSegmentHeader({ block: 1n, storedDay: 20_000 })
  return Buffer.concat([header, ...encodeRecord([builder.build()], request).chunks])
}
