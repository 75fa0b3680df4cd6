// Integration errors as events of NRQL, newest first, a page at a time.
import type { IntegrationError } from '@clew/model'
import type { NrqlValue } from '../../query/languages/nrql/ast.ts'
import { satisfies } from '../../query/languages/nrql/evaluate.ts'
import type { QueryService } from '../../query/query-service.ts'
import { type Found, type FoundEvent, GatheredEvents, type QueryAsker } from './events.ts'
import type { AskedErrors } from './to-query.ts'

const PAGE = 1000
/** What one question looks at: 50,000 errors. */
const MAX_PAGES = 50

export async function findErrors(asked: AskedErrors, asker: QueryAsker, queries: QueryService): Promise<Found> {
  const { query, from, to, requestId } = asked
  const gathered = new GatheredEvents(query)
  let inspected = 0
  let cursor: string | undefined
  let pages = 0
  do {
    const question = { from, to, requestId, limit: PAGE, cursor }
    const page = await queries.integrationErrors(asker.tenant, question, asker.signal)
    for (const error of page.errors) {
      inspected++
      const event = errorEvent(error)
      if (query.where === undefined || satisfies(event, query.where)) gathered.add(event)
      if (gathered.isFull) break
    }
    cursor = page.cursor
    pages++
  } while (cursor !== undefined && !gathered.isFull && pages < MAX_PAGES)
  const messages = [...gathered.messages]
  if (cursor !== undefined && !gathered.isFull) messages.push(`Only the newest ${inspected} events were looked at.`)
  return { events: gathered.events, matched: gathered.matched, inspected, messages }
}

function errorEvent({ timestampMs, feature, ...error }: IntegrationError): FoundEvent {
  return new Map<string, NrqlValue>([
    ['timestamp', timestampMs],
    ['newRelicFeature', feature],
    ...Object.entries(error),
  ])
}
