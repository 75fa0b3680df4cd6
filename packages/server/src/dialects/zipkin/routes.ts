// Zipkin's query API (zipkin2-api.yaml of openzipkin/zipkin-api): below /api/v2, and below /zipkin/api/v2 for its page.
import type { FastifyInstance } from 'fastify'
import { type NamesParts, namesRoutes } from './names-routes.ts'
import { type TraceRouteParts, traceRoutes } from './trace-routes.ts'

const PREFIXES = ['/api/v2', '/zipkin/api/v2'] as const

export function registerQueryApi(app: FastifyInstance, parts: TraceRouteParts & NamesParts): void {
  for (const [path, answer] of Object.entries({ ...namesRoutes(parts), ...traceRoutes(parts) }))
    for (const prefix of PREFIXES) app.get(`${prefix}/${path}`, { config: { right: 'read' } }, answer)
}
