// More than the server can take: 80 connections without pause for a minute, some of them with bodies that inflate to far
// more than is allowed. What it acknowledged must be there, what it refused must come with a time to try again.
import { gzipSync } from 'node:zlib'
import { askJson } from '../ask.ts'
import { type BenchCase, withServer } from '../bench-case.ts'
import { untilJournalEmpty } from '../journal-watch.ts'
import { encodeLoad, giveNewIds } from '../load/encode-load.ts'
import { createLoad } from '../load/load.ts'
import { memory, untilQuiet } from '../process-figures.ts'
import { openHttp } from '../senders/http-sender.ts'
import { drive } from '../senders/sender.ts'
import { round } from '../statistics.ts'
import { windowOf } from './questions.ts'

const CONNECTIONS = 80
const SECONDS = 60
/** Every so many requests is a bomb: 200 MiB of zeros in 200 kB. */
const BOMB_EVERY = 50
const BOMB_BYTES = 200 << 20
const POOL_SPANS = 250_000

export const overload: BenchCase = {
  name: 'overload',
  run: (context) =>
    withServer(async (server) => {
      const load = createLoad({ spans: POOL_SPANS, seed: context.seed, endMs: Date.now() })
      const pool = encodeLoad(load).map((body) => ({ body, round: 0 }))
      const owners = new Map(pool.map((entry) => [entry.body.bytes as Uint8Array, entry]))
      const free = [...pool]
      const bomb = gzipSync(Buffer.alloc(BOMB_BYTES), { level: 9 })
      const target = { port: server.ports.otlpHttp, path: '/v1/traces' }
      const encoding = (body: Uint8Array) => (body === bomb ? 'gzip' : undefined)
      const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => openHttp(target, encoding)))
      context.say(`${CONNECTIONS} connections for ${SECONDS} s`)
      const endAt = performance.now() + SECONDS * 1000
      let sent = 0
      let acknowledged = 0
      let bombsTaken = 0
      const next = () => {
        if (performance.now() > endAt) return undefined
        if (++sent % BOMB_EVERY === 0) return bomb
        const entry = free.shift()!
        // Other ids each time: the same body again would rightly be taken for a repeat and stored once.
        giveNewIds(entry.body, entry.round, ++entry.round)
        return entry.body.bytes
      }
      const report = await drive(connections, next, (bytes, answer) => {
        const entry = owners.get(bytes)
        if (entry === undefined) {
          if (answer.status === 200) bombsTaken++
          return
        }
        free.push(entry)
        if (answer.status === 200) acknowledged += entry.body.spanCount
      })
      for (const connection of connections) connection.close()
      await untilJournalEmpty(server.dataDir)
      await untilQuiet(server.pid, 2)
      const { peakMib } = await memory(server.pid)
      const { answer } = await askJson<{ services: readonly { spanCount: number }[] }>(
        server,
        `/clew/v1/services?${new URLSearchParams(windowOf(load))}`,
      )
      const stored = answer.services.reduce((sum, service) => sum + service.spanCount, 0)
      const statuses = [...report.answers].sort((a, b) => a[0] - b[0])
      const strange = statuses.filter(([status]) => ![200, 413, 429, 503].includes(status))
      return [
        {
          what: 'overload: 80 connections for a minute, with gzip bombs',
          measured: `answers ${statuses.map(([status, count]) => `${status}: ${count}`).join(', ')}; peak ${round(peakMib * 1.048576, 0)} MB; acknowledged ${acknowledged}, stored ${stored}`,
          goal: 'peak ≤ 900 MB, 429/503 with a retry time, nothing lost',
          met:
            stored === acknowledged &&
            strange.length === 0 &&
            report.withoutRetryTime === 0 &&
            bombsTaken === 0 &&
            peakMib * 1.048576 <= 900,
          figures: { acknowledged, stored, peakMib, withoutRetryTime: report.withoutRetryTime, bombsTaken },
        },
      ]
    }),
}
