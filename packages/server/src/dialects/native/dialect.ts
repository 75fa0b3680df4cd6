// Our own API: answers the page and whoever asks below /clew/v1, on 2539.
import type { CreateDialect, DialectParts } from '../dialect.ts'
import { type NativeRoutes, registerNativeRoutes } from './routes.ts'
import type { IngestCountersJson } from './schemas.ts'

export const createNativeDialect: CreateDialect = (parts) => {
  const { queries: query, textHash, onBlock, clock } = parts
  const ingest = (tenant: string) => describeIngest(tenant, parts)
  let routes: NativeRoutes | undefined
  return {
    http: [
      {
        doors: ['main'],
        paths: ['/'],
        register(app) {
          routes = registerNativeRoutes(app, { query, textHash, ingest, onBlock, clock, receiver: parts })
        },
      },
    ],
    endStreams: () => routes?.endStreams(),
  }
}

function describeIngest(tenant: string, { counters, listening, settings }: DialectParts): IngestCountersJson {
  const { lastAcceptedMs, ...counts } = counters.snapshot(tenant)
  return {
    ...counts,
    listening: [...listening()],
    lastAcceptedAt: lastAcceptedMs === undefined ? null : new Date(lastAcceptedMs).toISOString(),
    insecure: settings.insecure,
  }
}
