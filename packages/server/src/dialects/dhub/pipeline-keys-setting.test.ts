import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readPipelineKeys } from './pipeline-keys-setting.ts'

it('reads further keys from the setting or from a file', async () => {
  const text = '{"batch_id": ["my.run"], "step_name": "my.step"}'
  const keys = { batchId: ['my.run'], stepName: ['my.step'] }
  expect(await readPipelineKeys('')).toEqual({})
  expect(await readPipelineKeys(text)).toEqual(keys)
  const folder = await mkdtemp(join(tmpdir(), 'clew-keys-'))
  await writeFile(join(folder, 'keys.json'), text)
  expect(await readPipelineKeys(join(folder, 'keys.json'))).toEqual(keys)
  await rm(folder, { recursive: true })
})

it.each(['{', '{"batch": ["x"]}', '{"batch_id": 1}', '{"batch_id": [""]}', '/nowhere/keys.json'])(
  'refuses %s, and says what it wants',
  async (setting) => {
    await expect(readPipelineKeys(setting)).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      message: expect.stringMatching(/^pipelines\.attributes: /),
    })
  },
)
