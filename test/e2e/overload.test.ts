// More than a small server can take: what it cannot take it refuses with a time to try again, what it acknowledges it keeps,
// and bodies that inflate beyond the limit cost it nothing.
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { untilJournalEmpty } from '../../bench/journal-watch.ts'
import { encodeLoad, type RequestBody } from '../../bench/load/encode-load.ts'
import { createLoad } from '../../bench/load/load.ts'
import { openHttp } from '../../bench/senders/http-sender.ts'
import { drive, inTurn } from '../../bench/senders/sender.ts'
import { missingTraces, recount } from './recount.ts'
import { ServerProcess } from './server-process.ts'

const CONNECTIONS = 80
const MIB = 2 ** 20
const BOMB_EVERY = 20

let server: ServerProcess
beforeAll(async () => {
  server = await ServerProcess.start({ settings: { max_body_bytes: String(4 * MIB), byte_budget: String(8 * MIB) } })
})
afterAll(async () => {
  await server?.remove()
})

it('keeps what it acknowledged and refuses the rest with a retry time', async () => {
  const load = createLoad({ spans: 200_000, seed: 31, endMs: Date.now() })
  const bodies = encodeLoad(load)
  const bomb = gzipSync(Buffer.alloc(64 * MIB))
  const owners = new Map<Uint8Array, RequestBody>(bodies.map((body) => [body.bytes, body]))
  const queue = bodies.flatMap((body, index) => (index % BOMB_EVERY === 0 ? [bomb, body.bytes] : [body.bytes]))
  const encoding = (body: Uint8Array) => (body === bomb ? 'gzip' : undefined)
  const target = { port: server.ports.otlpHttp, path: '/v1/traces' }
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => openHttp(target, encoding)))
  const acknowledged: RequestBody[] = []
  let bombsTaken = 0
  const report = await drive(connections, inTurn(queue), (bytes, answer) => {
    if (answer.status !== 200) return
    const body = owners.get(bytes)
    if (body === undefined) bombsTaken++
    else acknowledged.push(body)
  })
  for (const connection of connections) connection.close()

  expect(bombsTaken).toBe(0)
  expect(report.withoutRetryTime).toBe(0)
  expect([...report.answers.keys()].filter((status) => ![200, 413, 429, 503].includes(status))).toEqual([])
  expect(acknowledged.length).toBeGreaterThan(0)
  await untilJournalEmpty(server.dataDir)
  await server.stop()
  const counts = await recount(server.dataDir)
  expect(counts.doubled).toEqual([])
  expect(counts.wrongRollups).toEqual([])
  expect(acknowledged.flatMap((body) => missingTraces(load, body.firstSpan, body.spanCount, counts))).toEqual([])
})
