import { createServer, type Server } from 'node:net'
import { expect, it } from 'vitest'
import { bind } from './bind.ts'

it('a connection that the system does not hand over is a line in the log, not the end of the process', async () => {
  const warnings: unknown[] = []
  const logger = { warn: (...words: unknown[]) => warnings.push(words) }
  const options = { host: '127.0.0.1', port: 0, setting: 'test.port', logger, createServer: () => createServer() }
  const [server] = (await bind(options)).servers as [Server]
  server.emit('error', Object.assign(new Error('accept ENOBUFS'), { code: 'ENOBUFS' }))
  expect(JSON.stringify(warnings)).toContain('a connection was not accepted')
  expect(server.listening).toBe(true)
  await new Promise((resolve) => server.close(resolve))
})
