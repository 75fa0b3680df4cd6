// The routes of D.Hub's Traces API: latest run, history (the slash at the end is what tells them apart), one run, its steps.
import { ClewError } from '@clew/model'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { goneSignal } from '../../http/gone.ts'
import { fresh } from '../../http/reply.ts'
import { findHistory } from './history.ts'
import { type Json, printJson } from './json.ts'
import { loggedTraces } from './logged-traces.ts'
import { decodeToken } from './page-token.ts'
import { historyParameters, one, type Query } from './parameters.ts'
import { renderHistory, renderRun, renderStepSpan } from './render.ts'
import { RunFinder, type RunParts } from './run-finder.ts'

export const TRACES_PATH = '/api/v1/traces'

const NEWEST_FIRST = { order: 'desc', states: [], from: undefined, to: undefined } as const
const LATEST = { limit: 1, filter: NEWEST_FIRST, place: undefined, wantsToken: false } as const

interface Asked {
  Params: { pipeline: string; batch: string }
  Querystring: Query
}

export function registerDhubRoutes(app: FastifyInstance, parts: RunParts): void {
  const options = { config: { right: 'read' } } as const
  const path = `${TRACES_PATH}/pipelines/:pipeline`
  const finderOf = (request: FastifyRequest, reply: FastifyReply) =>
    new RunFinder(parts, { tenant: request.tenant, signal: goneSignal(reply) })

  app.get<Asked>(path, options, async (request, reply) => {
    const { pipeline } = request.params
    const finder = finderOf(request, reply)
    const { runs } = await findHistory({ ...LATEST, pipeline }, finder, parts)
    const [run] = runs
    if (run === undefined) throw new ClewError('NOT_FOUND', `no trace of pipeline ${JSON.stringify(pipeline)}`)
    return send(reply, renderRun(run, await loggedTraces([run], finder.asker, parts.queries)), finder)
  })

  app.get<Asked>(`${path}/`, options, async (request, reply) => {
    const { pipeline } = request.params
    const { limit, token, filter } = historyParameters(request.query)
    const place = token === undefined ? undefined : decodeToken(token, pipeline, filter)
    const finder = finderOf(request, reply)
    const page = await findHistory({ pipeline, limit, filter, place, wantsToken: true }, finder, parts)
    const logged = await loggedTraces(page.runs, finder.asker, parts.queries)
    return send(reply, renderHistory(page.runs, page.token, logged), finder)
  })

  app.get<Asked>(`${path}/:batch`, options, async (request, reply) => {
    const { pipeline, batch } = request.params
    const finder = finderOf(request, reply)
    const run = (await finder.runs([batch])).find(({ pipelineId }) => pipelineId === pipeline)
    if (run === undefined)
      throw new ClewError(
        'NOT_FOUND',
        `no trace of batch ${JSON.stringify(batch)} of pipeline ${JSON.stringify(pipeline)}`,
      )
    return send(reply, renderRun(run, await loggedTraces([run], finder.asker, parts.queries)), finder)
  })

  app.get<Asked>(`${TRACES_PATH}/steps/:batch`, options, async (request, reply) => {
    const { batch } = request.params
    const asked = one(request.query, 'step_name')
    const finder = finderOf(request, reply)
    const steps = (await finder.steps(batch)).filter(({ stepName }) => asked === undefined || stepName === asked)
    return send(
      reply,
      steps.map(({ span, stepName }) => renderStepSpan(span, stepName, batch)),
      finder,
    )
  })
}

function send(reply: FastifyReply, answer: Json, { unreadable }: RunFinder): FastifyReply {
  // The API has no place for it in its answer.
  if (unreadable > 0) reply.header('x-clew-notice', `${unreadable} stored spans could not be read and are left out`)
  return fresh(reply).type('application/json; charset=utf-8').send(printJson(answer))
}
