// What operators and probes ask: `/healthz`, `/readyz`, `/metrics`.
import type { FastifyInstance } from 'fastify'
import type { Health } from '../telemetry/health.ts'
import type { Metrics } from '../telemetry/metrics.ts'

export interface OperationsParts {
  readonly health: Health
  readonly metrics: Metrics
}

export function registerOperations(app: FastifyInstance, { health, metrics }: OperationsParts): void {
  // Probes have no key, and these two say nothing about the data.
  app.get('/healthz', { config: { right: 'none' } }, () => ({ status: 'ok' }))
  app.get('/readyz', { config: { right: 'none' } }, async (_request, reply) => {
    const readiness = await health.readiness()
    return reply
      .code(readiness.ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(readiness)
  })
  app.get('/metrics', { config: { right: 'read' } }, async (_request, reply) => {
    const { type, text } = await metrics.render()
    return reply.type(type).send(text)
  })
}
