// A client that never saw the answer sends the same request again: it is stored once, in every table, also when the
// server was stopped or killed in between and while the first copy is still on its way.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { untilJournalEmpty } from '../../bench/journal-watch.ts'
import { encodeLoad } from '../../bench/load/encode-load.ts'
import { createLoad, type Load } from '../../bench/load/load.ts'
import { openHttp } from '../../bench/senders/http-sender.ts'
import { missingTraces, recount } from './recount.ts'
import { ServerProcess } from './server-process.ts'

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'clew-repeat-'))
})
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true })
})

it('stores a request once that comes again at once, together, after a kill and after a stop', async () => {
  const load: Load = createLoad({ spans: 2000, seed: 21, endMs: Date.now() })
  const bodies = encodeLoad(load)
  const sendAll = async (server: ServerProcess, times: number) => {
    const connections = await Promise.all(
      Array.from({ length: times }, () => openHttp({ port: server.ports.otlpHttp, path: '/v1/traces' })),
    )
    for (const body of bodies) {
      const answers = await Promise.all(connections.map((connection) => connection.post(body.bytes)))
      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200))
    }
    for (const connection of connections) connection.close()
  }

  const first = await ServerProcess.start({ dataDir })
  await sendAll(first, 4)
  await sendAll(first, 1)
  await first.kill()
  const second = await ServerProcess.start({ dataDir })
  await sendAll(second, 2)
  await second.stop()
  const third = await ServerProcess.start({ dataDir })
  await sendAll(third, 1)
  await untilJournalEmpty(dataDir)
  await third.stop()

  const counts = await recount(dataDir)
  expect(counts.doubled).toEqual([])
  expect(counts.wrongRollups).toEqual([])
  expect(missingTraces(load, 0, load.spanCount, counts)).toEqual([])
  expect([...counts.lookUpCounts.values()].reduce((sum, count) => sum + count, 0)).toBe(load.spanCount)
})
