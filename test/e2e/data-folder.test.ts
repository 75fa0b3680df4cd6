// One process owns a data folder; a second one says so in plain words. What was stored is there after a clean stop.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sendJson, traceOf } from './ask-server.ts'
import { jsonSpan, tracesBody } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await ServerProcess.start()
})
afterAll(async () => {
  await server?.remove()
})

it('refuses a second process on the same folder, and the first goes on', async () => {
  const second = await ServerProcess.start({ dataDir: server.dataDir, waitUntilReady: false })
  expect(await second.exited()).not.toBe(0)
  expect(second.output).toContain(server.dataDir)
  expect(second.output).toMatch(/DATA_FOLDER_LOCKED|another process|in use/i)
  expect((await fetch(server.url('/readyz'))).status).toBe(200)
})

it('stops cleanly on SIGTERM and has everything after the next start', async () => {
  const span = jsonSpan()
  expect((await sendJson(server, tracesBody('before-stop', [span]))).status).toBe(200)
  expect(await server.stop()).toBe(0)
  server = await ServerProcess.start({ dataDir: server.dataDir })
  expect((await traceOf(server, span.traceId)).spans[0]!.service).toBe('before-stop')
})
