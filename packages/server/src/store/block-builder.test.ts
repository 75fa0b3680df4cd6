import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { encodeSegmentHeader } from '../pipeline/journal/segment-format.ts'
import { BlockBuilderThread } from './block-builder.ts'

it('ends its thread when there is nothing to do, knows no day then, and starts again when asked', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'clew-builder-'))
  const path = join(directory, 'segment')
  await writeFile(path, encodeSegmentHeader({ block: 1n, storedDay: 20_000 }))
  const thread = new BlockBuilderThread(1)
  const build = () => thread.build(path, { block: 1n, storedDay: 20_000, directory })
  thread.startDay(20_000, [])
  expect(await build()).toMatchObject({ files: [], spans: 0, logs: 0 })
  await expect.poll(() => thread.day).toBeUndefined()
  expect(await build()).toMatchObject({ files: [], spans: 0, logs: 0 })
  await thread.stop()
  await rm(directory, { recursive: true })
})

it('says which segment it cannot read', async () => {
  const thread = new BlockBuilderThread()
  const options = { block: 1n, storedDay: 20_000, directory: tmpdir() }
  await expect(thread.build('/nowhere/segment', options)).rejects.toMatchObject({
    code: 'DECODE_FAILED',
    message: expect.stringContaining('/nowhere/segment'),
  })
  await thread.stop()
})
