// The stack trace of a step that failed and whose span has none: the newest exception that a log record of it tells.
import { exceptionText, type PipelineRun, type RunStep } from '@clew/analysis'
import type { QueryService } from '../../query/query-service.ts'
import type { Asker } from '../../query/trace-reader.ts'
import type { LoggedTraces } from './render.ts'

/** Steps of one answer whose logs are looked at; further ones have no stack trace from logs. */
const MAX_STEPS = 32

export async function loggedTraces(
  runs: readonly PipelineRun[],
  { tenant, signal }: Required<Asker>,
  queries: QueryService,
): Promise<LoggedTraces> {
  const steps = runs.flatMap((run) => run.steps)
  const silent = steps.filter(({ state, stackTrace }) => state === 'failed' && stackTrace === undefined)
  const logged = new Map<RunStep, string>()
  const lookUp = async (step: RunStep) => {
    const { traceId, spanId } = step.spans.at(-1)!.span
    const { logs } = await queries.logs(tenant, traceId, spanId, signal)
    const text = logs.map(({ attributes }) => exceptionText(attributes)).findLast((found) => found !== undefined)
    if (text !== undefined) logged.set(step, text)
  }
  for (const step of silent.slice(0, MAX_STEPS)) await lookUp(step)
  return logged
}
