// Huawei Cloud's APM 1.0 ("ATS"): answers what its six query APIs ask, on 2539. Nothing is sent to it here.
import type { CreateDialect } from '../dialect.ts'
import { renderAtsError } from './render-error.ts'
import { registerAtsRoutes } from './routes.ts'

export const createAtsDialect: CreateDialect = (parts) => {
  const { atsErrorsWith200: with200 } = parts.settings
  return {
    http: [
      {
        doors: ['main'],
        paths: ['/v1/*/ats', '/v1/*/atps'],
        renderError: (error) => renderAtsError(error, with200),
        register: (app) => registerAtsRoutes(app, parts),
      },
    ],
  }
}
