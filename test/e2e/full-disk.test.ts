// When less disk is free than the reserve, new requests are refused with a time to try again, nothing is acknowledged, and
// the server takes requests again by itself when there is room.
import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { eventually, sendJson, traceOf } from './ask-server.ts'
import { jsonSpan, tracesBody } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

const GIB = 2 ** 30
const FILLED = join(tmpdir(), `clew-filler-${process.pid}`)

let server: ServerProcess | undefined
afterEach(async () => {
  rmSync(FILLED, { force: true })
  await server?.remove()
})

it('refuses with 503 while the disk is too full, and goes on when there is room again', async (context) => {
  const { bavail, bsize } = statfsSync(tmpdir())
  const free = bavail * bsize
  // Other programs write meanwhile: the reserve leaves them 1.5 GiB, and the filler takes 3.
  if (free < 6 * GIB) return context.skip('needs 6 GiB of free disk')
  server = await ServerProcess.start({ settings: { disk_reserve_bytes: String(Math.round(free - 1.5 * GIB)) } })
  const before = jsonSpan()
  expect((await sendJson(server, tracesBody('disk', [before]))).status).toBe(200)

  execFileSync('fallocate', ['-l', String(3 * GIB), FILLED])
  const refused = await eventually(
    () => sendJson(server!, tracesBody('disk', [jsonSpan()])),
    (response) => response.status === 503,
  )
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ message: expect.stringMatching(/disk/i) })
  await traceOf(server, before.traceId)

  rmSync(FILLED)
  const after = jsonSpan()
  await eventually(
    () => sendJson(server!, tracesBody('disk', [after])),
    (response) => response.status === 200,
  )
  await traceOf(server, after.traceId)
})
