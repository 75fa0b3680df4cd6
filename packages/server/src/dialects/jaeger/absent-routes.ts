// What Jaeger has only when it is set up with another store beside that of its spans, which Clew has not: said in the words
// of a Jaeger without it, so that its page shows what it shows then.
import type { FastifyInstance } from 'fastify'
import { fresh } from '../../http/reply.ts'
import { renderEnvelope } from './render-v1.ts'

const NOT_IMPLEMENTED = 501

export function registerAbsentRoutes(app: FastifyInstance): void {
  const archive = absent('archive span storage was not configured')
  app.post('/api/archive/:traceId', (_request, reply) => archive(reply))
  app.post('/api/traces/:traceId/archive', (_request, reply) => archive(reply))
  const metrics = absent('metrics querying is currently disabled')
  app.get('/api/metrics/:metric', (_request, reply) => metrics(reply))
}

function absent(msg: string) {
  const body = renderEnvelope(null, 0, [{ code: NOT_IMPLEMENTED, msg }])
  return (reply: Parameters<typeof fresh>[0]) =>
    fresh(reply).code(NOT_IMPLEMENTED).type('text/plain; charset=utf-8').send(`${body}\n`)
}
