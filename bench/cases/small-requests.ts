// One span a request: a thousand senders at once, and one sender alone on an idle server.
import { type BenchCase, withServer } from '../bench-case.ts'
import { encodeSingles } from '../load/encode-load.ts'
import { createLoad } from '../load/load.ts'
import { openHttp } from '../senders/http-sender.ts'
import { drive, inTurn } from '../senders/sender.ts'
import { percentile, round } from '../statistics.ts'

const SENDERS = 1000
const REQUESTS = 100_000
const LONE_REQUESTS = 200
const LONE_PAUSE_MS = 20

export const smallRequests: BenchCase = {
  name: 'small',
  run: (context) =>
    withServer(async (server) => {
      const load = createLoad({ spans: REQUESTS, seed: context.seed, endMs: Date.now() })
      const bodies = encodeSingles(load, REQUESTS).map((body) => body.bytes)
      const target = { port: server.ports.otlpHttp, path: '/v1/traces' }
      const connections = await Promise.all(Array.from({ length: SENDERS }, () => openHttp(target)))
      context.say(`${SENDERS} senders`)
      const report = await drive(connections, inTurn(bodies))
      for (const connection of connections) connection.close()
      const perSecond = report.requests / report.seconds
      const p99 = percentile(report.latenciesMs, 0.99)
      const refused = report.requests - (report.answers.get(200) ?? 0)
      return [
        {
          what: 'requests a second of one span, 1,000 connections',
          measured: `${round(perSecond, 0)}, answer p50 ${round(percentile(report.latenciesMs, 0.5), 0)} ms, p99 ${round(p99, 0)} ms, ${refused} refused`,
          goal: '≥ 8,000, p99 ≤ 500 ms',
          met: perSecond >= 8000 && p99 <= 500 && refused === 0,
          figures: { perSecond, p99, refused },
        },
      ]
    }),
}

export const loneRequest: BenchCase = {
  name: 'lone',
  run: (context) =>
    withServer(async (server) => {
      const load = createLoad({ spans: LONE_REQUESTS, seed: context.seed, endMs: Date.now() })
      const bodies = encodeSingles(load, LONE_REQUESTS).map((body) => body.bytes)
      const connection = await openHttp({ port: server.ports.otlpHttp, path: '/v1/traces' })
      context.say('one sender')
      const next = inTurn(bodies)
      const report = await drive([connection], async () => {
        await new Promise((resolve) => setTimeout(resolve, LONE_PAUSE_MS))
        return next()
      })
      connection.close()
      const p50 = percentile(report.latenciesMs, 0.5)
      return [
        {
          what: 'a lone request on an idle server',
          measured: `p50 ${round(p50)} ms, p99 ${round(percentile(report.latenciesMs, 0.99))} ms`,
          goal: 'p50 ≤ 20 ms',
          met: p50 <= 20,
          figures: { p50 },
        },
      ]
    }),
}
