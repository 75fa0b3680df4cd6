// What Zipkin's server tells of itself: health, version, counters, and the settings of its page. Below /actuator too,
// where Spring Boot has them.
import type { FastifyInstance } from 'fastify'
import { fresh } from '../../http/reply.ts'
import type { Health } from '../../telemetry/health.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { CollectorCounts } from './collector-counts.ts'

export interface ServerRouteParts {
  readonly health: Health
  readonly metrics: Metrics
  readonly counts: CollectorCounts
}

const EVERYBODY = { config: { right: 'none' } } as const
const READERS = { config: { right: 'read' } } as const

/** The release of Zipkin whose API this is. */
const ZIPKIN_VERSION = '3.6.1'
const CONFIG_SECONDS = 600

/** What Zipkin's page is told; dependencies are not answered, so it offers none. */
const PAGE_CONFIG = {
  environment: '',
  queryLimit: 10,
  defaultLookback: 15 * 60 * 1000,
  searchEnabled: true,
  logsUrl: '',
  supportUrl: '',
  archivePostUrl: '',
  archiveUrl: '',
  dependency: { enabled: false, lowErrorRate: 0.5, highErrorRate: 0.75 },
} as const

export function registerServerRoutes(app: FastifyInstance, { health, metrics, counts }: ServerRouteParts): void {
  for (const url of ['/health', '/actuator/health'])
    app.get(url, EVERYBODY, async (_request, reply) => {
      const { ready, checks } = await health.readiness()
      const details = Object.entries(checks).map(([name, { ok, detail }]) => [name, describe(ok, detail)])
      const zipkin = { status: statusOf(ready), details: Object.fromEntries(details) }
      return fresh(reply)
        .code(ready ? 200 : 503)
        .send({ status: statusOf(ready), zipkin })
    })
  for (const url of ['/info', '/actuator/info'])
    app.get(url, EVERYBODY, async () => ({ zipkin: { version: ZIPKIN_VERSION, commit: '' } }))
  for (const url of ['/metrics', '/actuator/metrics'])
    app.get(url, READERS, async (request, reply) => fresh(reply).send(counts.render(request.tenant)))
  for (const url of ['/prometheus', '/actuator/prometheus'])
    app.get(url, READERS, async (_request, reply) => {
      const { type, text } = await metrics.render()
      return fresh(reply).type(type).send(text)
    })
  for (const url of ['/config.json', '/zipkin/config.json'])
    app.get(url, EVERYBODY, async (_request, reply) =>
      reply.header('cache-control', `max-age=${CONFIG_SECONDS}`).send(PAGE_CONFIG),
    )
}

function statusOf(isUp: boolean): 'UP' | 'DOWN' {
  return isUp ? 'UP' : 'DOWN'
}

function describe(ok: boolean, detail: string | undefined) {
  return ok ? { status: statusOf(ok) } : { status: statusOf(ok), details: { error: detail ?? '' } }
}
