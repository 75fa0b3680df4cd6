import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { hashKey } from '../access/keys.ts'
import { createProgram, type StartArguments } from './program.ts'

async function run(...words: string[]) {
  const started: StartArguments[] = []
  const printed: string[] = []
  const program = createProgram({
    version: '1.2.3',
    start: async (startArguments) => {
      started.push(startArguments)
    },
    print: (text) => printed.push(text),
  })
  await program.parseAsync(['node', 'clew', ...words])
  return { started, text: printed.join('\n') }
}

describe('clew', () => {
  afterEach(() => {
    process.exitCode = 0
  })

  it('starts the server when nothing else is asked', async () => {
    expect((await run()).started).toEqual([{ configPath: undefined, flags: {} }])
  })

  it('passes every flag on as it was written, by setting', async () => {
    const { started } = await run(
      'start',
      '--config',
      'x.yaml',
      '--http-port',
      '0',
      '--max-body-bytes',
      '1MB',
      '--insecure',
    )
    expect(started).toEqual([{ configPath: 'x.yaml', flags: { httpPort: '0', maxBodyBytes: '1MB', insecure: 'true' } }])
  })

  it('key prints a key and an entry that holds only its hash', async () => {
    const { text } = await run('key', '--name', 'ci', '--tenant', 'shop', '--access', 'write')
    const [, key] = /key \(shown once\): (\S+)/.exec(text) ?? []
    expect(text).toContain(`{"name":"ci","sha256":"${hashKey(key!)}","tenant":"shop","access":"write"}`)
  })

  it('status says per part how a running server is, and fails when it is not ready', async () => {
    const readiness = { ready: false, checks: { journal: { ok: true }, engine: { ok: false, detail: 'gone' } } }
    const server = createServer((_request, response) => response.end(JSON.stringify(readiness)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { text } = await run('status', '--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    expect(text).toBe('not ready\n  ok   journal\n  FAIL engine: gone')
    expect(process.exitCode).toBe(1)
    await new Promise((resolve) => server.close(resolve))
    await expect(run('status', '--url', 'http://127.0.0.1:1')).rejects.toMatchObject({
      message: expect.stringContaining('expected a running Clew'),
    })
  })
})
