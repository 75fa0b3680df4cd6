// The server is killed at random moments under load, twenty times, and started again on the same folder. Every span it
// acknowledged must be there exactly once in both copies, and every rollup must equal a recount.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { untilJournalEmpty } from '../../bench/journal-watch.ts'
import { encodeLoad, type RequestBody } from '../../bench/load/encode-load.ts'
import { createLoad } from '../../bench/load/load.ts'
import { Random } from '../../bench/load/random.ts'
import { openHttp } from '../../bench/senders/http-sender.ts'
import { missingTraces, recount } from './recount.ts'
import { ServerProcess } from './server-process.ts'

const KILLS = 20
const SENDERS = 4
/** A kill comes at a random moment of this time after the load began: before, within and after the first blocks. */
const LONGEST_LIFE_MS = 2500
const LOAD_SPANS = 1_000_000
/** So that the load lasts for all lives: about 40,000 spans a second. */
const PAUSE_MS = 40

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'clew-kill-'))
})
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true })
})

it('loses nothing it acknowledged and stores nothing twice, through twenty kills', { timeout: 600_000 }, async () => {
  const random = new Random(Number(process.env.CLEW_TEST_SEED ?? 1))
  const load = createLoad({ spans: LOAD_SPANS, seed: 3, endMs: Date.now() })
  const waiting = encodeLoad(load)
  const acknowledged: RequestBody[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const server = await ServerProcess.start({ dataDir })
    const senders = Array.from({ length: SENDERS }, () => sendUntilGone(server, waiting, acknowledged))
    await new Promise((resolve) => setTimeout(resolve, random.float() * LONGEST_LIFE_MS))
    await server.kill()
    await Promise.all(senders)
  }
  const last = await ServerProcess.start({ dataDir })
  await untilJournalEmpty(dataDir)
  await last.stop()

  expect(await readdir(join(dataDir, 'quarantine')), last.output).toEqual([])
  const counts = await recount(dataDir)
  expect(counts.doubled).toEqual([])
  expect(counts.wrongRollups).toEqual([])
  expect(acknowledged.length).toBeGreaterThan(KILLS)
  expect(acknowledged.flatMap((body) => missingTraces(load, body.firstSpan, body.spanCount, counts))).toEqual([])
})

/** What was under way when the server died is sent again to the next one, as an exporter does. */
async function sendUntilGone(
  server: ServerProcess,
  waiting: RequestBody[],
  acknowledged: RequestBody[],
): Promise<void> {
  const connection = await openHttp({ port: server.ports.otlpHttp, path: '/v1/traces' })
  for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) {
    try {
      const answer = await connection.post(body.bytes)
      if (answer.status === 200) acknowledged.push(body)
      else waiting.unshift(body)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    } catch {
      waiting.unshift(body)
      return
    }
  }
}
