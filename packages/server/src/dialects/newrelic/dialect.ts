// New Relic's Trace API takes spans, and its query API tells of them: on 2539, and over TLS for its SDKs, which insist on it.
import type { NewRelicLimits } from '@clew/codecs'
import type { Settings } from '../../config/settings.ts'
import type { CreateDialect } from '../dialect.ts'
import { registerTraceApi, TRACE_API_PATH } from './receive.ts'
import { renderQueryError, renderTraceApiError } from './render-error.ts'
import { ACCOUNTS_PATH, registerQueryApi } from './routes.ts'

const VERSION_PATHS = Array.from({ length: 10 }, (_, version) => `/trace/v${version}`)

export const createNewRelicDialect: CreateDialect = (parts) => {
  const { settings, textHash: hash } = parts
  return {
    http: [
      {
        doors: ['main', 'tls'],
        // With those of other versions: they are unknown paths. `/trace/<id>` is the page's.
        paths: VERSION_PATHS,
        takesAt: TRACE_API_PATH,
        renderError: renderTraceApiError,
        register: (app) =>
          registerTraceApi(app, {
            ...parts,
            hash,
            limits: limitsOf(settings),
            wireLimitBytes: settings.newrelicMaxBodyBytes,
          }),
      },
      {
        doors: ['main', 'tls'],
        paths: [ACCOUNTS_PATH],
        renderError: renderQueryError,
        register: (app) => registerQueryApi(app, parts),
      },
    ],
  }
}

/** Undefined where nothing is limited. */
function limitsOf(settings: Settings): NewRelicLimits | undefined {
  const { newrelicTimestampWindowMs: window, newrelicMaxAttributes: attributes } = settings
  const { newrelicMaxKeyChars: keyChars, newrelicMaxValueChars: valueChars } = settings
  if (window === 0 && attributes === 0 && keyChars === 0 && valueChars === 0) return undefined
  return {
    windowNanos: window === 0 ? undefined : BigInt(window) * 1_000_000n,
    attributes: attributes || undefined,
    keyChars: keyChars || undefined,
    valueChars: valueChars || undefined,
  }
}
