import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readIfPresent, replaceFile } from './file-layer.ts'
import { nodeFileLayer as files } from './node-file-layer.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-files-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('appends more chunks than one system call takes, in order', async () => {
  const file = await files.create(`${folder}/a`)
  const chunks = Array.from({ length: 5_000 }, (_, i) => Buffer.from(`${i},`))
  await file.write(chunks)
  await file.write([Buffer.from('end')])
  await file.sync()
  await file.close()
  expect(Buffer.from(await files.read(`${folder}/a`)).toString()).toBe(`${Buffer.concat(chunks)}end`)
})

test('never writes over a file that is there, and lets only the owner read a new one', async () => {
  await (await files.create(`${folder}/a`)).close()
  await expect(files.create(`${folder}/a`)).rejects.toMatchObject({ code: 'EEXIST' })
  expect((await stat(`${folder}/a`)).mode & 0o777).toBe(0o600)
})

test('lists files but no folders, cuts, renames and removes', async () => {
  await files.createFolder(`${folder}/inner/deeper`)
  await writeFile(`${folder}/a`, '123456')
  await files.truncate(`${folder}/a`, 3)
  await files.rename(`${folder}/a`, `${folder}/b`)
  await files.syncFolder(folder)
  expect(await files.list(folder)).toEqual(['b'])
  expect(Buffer.from(await files.read(`${folder}/b`)).toString()).toBe('123')
  await files.remove(`${folder}/b`)
  expect(await readIfPresent(files, `${folder}/b`)).toBeUndefined()
  expect(await files.freeBytes(folder)).toBeGreaterThan(0)
})

test('replaces a small file whole, also over a left-over temporary one', async () => {
  await writeFile(`${folder}/note.tmp`, 'left over')
  await replaceFile(files, folder, 'note', Buffer.from('one'))
  await replaceFile(files, folder, 'note', Buffer.from('two'))
  expect(Buffer.from(await files.read(`${folder}/note`)).toString()).toBe('two')
  expect(await files.list(folder)).toEqual(['note'])
})
