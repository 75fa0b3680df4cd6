// D.Hub's Traces API: answers about runs of pipelines, on 2539. Spans of pipelines come in through any other dialect.
import { withKeys } from '@clew/analysis'
import type { CreateDialect } from '../dialect.ts'
import { readPipelineKeys } from './pipeline-keys-setting.ts'
import { renderDhubError } from './render-error.ts'
import { registerDhubRoutes, TRACES_PATH } from './routes.ts'

export const createDhubDialect: CreateDialect = async (parts) => {
  const { queries, clock, settings } = parts
  const keys = withKeys(await readPipelineKeys(settings.pipelineAttributes))
  const staleAfterMs = settings.pipelineStaleAfterMs
  return {
    http: [
      {
        doors: ['main'],
        paths: [TRACES_PATH],
        renderError: renderDhubError,
        register: (app) => registerDhubRoutes(app, { queries, clock, keys, staleAfterMs }),
      },
    ],
  }
}
