import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings } from './config/settings.ts'
import { lockDataFolder } from './data-folder.ts'
import { takeFirstKey } from './first-key.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-folder-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('lockDataFolder', () => {
  it('makes the folder, holds it against a second process, and lets go of it', async () => {
    const path = join(folder, 'deep', 'data')
    const unlock = await lockDataFolder(path)
    await expect(lockDataFolder(path)).rejects.toMatchObject({
      code: 'DATA_FOLDER_LOCKED',
      message: expect.stringContaining(`process ${process.pid} uses this data folder`),
    })
    await unlock()
    expect(await readdir(path)).toEqual([])
    await (await lockDataFolder(path))()
  })

  it('gives a folder to one of many that ask at once, and leaves nothing beside the lock', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataFolder(folder)))
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await readdir(folder)).toEqual(['process.lock'])
  })

  it('takes a folder over from a process that is gone', async () => {
    const gone = 2 ** 22 + 1
    await writeFile(join(folder, 'process.lock'), JSON.stringify({ pid: gone, bootId: '', startTicks: '1' }))
    await (await lockDataFolder(folder))()
  })

  it('takes a folder over from a process whose number now belongs to another', async () => {
    const unlock = await lockDataFolder(folder)
    const lock = JSON.parse(await readFile(join(folder, 'process.lock'), 'utf8'))
    await unlock()
    await writeFile(join(folder, 'process.lock'), JSON.stringify({ ...lock, startTicks: '1' }))
    await (await lockDataFolder(folder))()
  })

  it('takes a folder over whose lock was cut off while it was written', async () => {
    await writeFile(join(folder, 'process.lock'), '{"pid":')
    await (await lockDataFolder(folder))()
  })
})

describe('takeFirstKey', () => {
  const everywhere = { ...defaultSettings(), httpHost: '0.0.0.0', firstKey: true }

  it('makes one key, shows it once and finds it again', async () => {
    const first = await takeFirstKey(everywhere, folder)
    expect(first?.newKey).toMatch(/^clew_/)
    const again = await takeFirstKey(everywhere, folder)
    expect(again).toEqual({ entry: first?.entry, newKey: undefined })
  })

  it('makes another where a crash left the file empty: nobody has the key of nothing', async () => {
    await writeFile(join(folder, 'first-key'), '\n')
    expect((await takeFirstKey(everywhere, folder))?.newKey).toMatch(/^clew_/)
  })

  it('makes none where none is needed', async () => {
    for (const settings of [
      { ...everywhere, firstKey: false },
      { ...everywhere, insecure: true },
      { ...everywhere, httpHost: 'localhost' },
      { ...everywhere, keys: [{ name: 'a', sha256: '', tenant: 'default', access: 'both' as const }] },
    ])
      expect(await takeFirstKey(settings, folder)).toBeUndefined()
    expect(await readdir(folder)).toEqual([])
  })
})
