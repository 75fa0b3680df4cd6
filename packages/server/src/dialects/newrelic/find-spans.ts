// The spans of named traces as events of NRQL, newest first. A trace is looked at whole, since what a span is between the
// services of its trace only the whole tells; but only one piece of it is ever held as events.
import { findParents, type SpanRole, spanRoles } from '@clew/analysis'
import { ClewError, hexFromBytes, hexTraceId, type TextHash, textTraceId } from '@clew/model'
import { type NrqlEvent, satisfies } from '../../query/languages/nrql/evaluate.ts'
import type { QueryService, StoredTrace } from '../../query/query-service.ts'
import type { StoredOrigin } from '../../query/stored-span.ts'
import { decodeStored, inPieces, nextTurn, type TraceLine, traceLines } from '../read-trace.ts'
import { type Found, type FoundEvent, GatheredEvents, type QueryAsker } from './events.ts'
import { type SpanInTrace, spanEvents } from './span-events.ts'
import { type AskedSpans, TRACE_ID_NAMES } from './to-query.ts'

/** Stored bytes of the spans that an answer lists; a span may be megabytes. */
const MAX_LISTED_BYTES = 16 * 1024 * 1024

/** A span in its place in the whole answer. */
interface PlacedSpan {
  readonly line: TraceLine
  readonly traceId: string
  readonly role: SpanRole
}

export async function findSpans(
  asked: AskedSpans,
  asker: QueryAsker,
  queries: QueryService,
  hash: TextHash,
): Promise<Found> {
  const readings = new Map(asked.traceIds.map((text) => [text, traceReadings(text, hash)]))
  const traces = await queries.traces(asker.tenant, [...readings.values()].flat(), asker.signal)
  const spans = newestFirst((await Promise.all(traces.map(placedSpans))).flat())
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, where } = asked.query
  const gathered = new GatheredEvents(asked.query)
  const messages = messagesOf(readings, traces)
  const spellings = new Map([...readings].flatMap(([text, ids]) => ids.map((id) => [id, text])))
  let listedBytes = 0
  let inspected = 0
  pieces: for await (const piece of inPieces(spans, ({ line }) => line.stored)) {
    if (asker.signal.aborted) throw new ClewError('CANCELLED', 'question: nobody waits for its answer any more')
    const events = eventsOf(piece, asker.account)
    for (const placed of piece) {
      const { line, traceId } = placed
      const event = events.get(placed)!
      inspected++
      const startMs = Number(line.outline.startTimeUnixNano / 1_000_000n)
      if (startMs < fromMs || startMs >= toMs) continue
      if (where !== undefined && !satisfies(asAsked(event, spellings.get(traceId)!), where)) continue
      listedBytes += asked.query.selection.kind === 'count' ? 0 : line.stored.bytes.length
      if (listedBytes > MAX_LISTED_BYTES && gathered.matched > 0) {
        messages.push(`There are more events; these are the newest ${gathered.matched}, of 16 MiB.`)
        break pieces
      }
      gathered.add(event)
      if (gathered.isFull) break pieces
    }
  }
  return {
    events: gathered.events,
    matched: gathered.matched,
    inspected,
    messages: [...messages, ...gathered.messages],
  }
}

/** The ids that a text may mean: the text as a sender's own id, and digits with zeros before them. */
function traceReadings(text: string, hash: TextHash): readonly string[] {
  const hex = hexTraceId(text)
  if (hex !== undefined) return [hex]
  const ofText = hexFromBytes(textTraceId(hash, text), 0, 16)
  const isShort = /^[0-9a-f]{1,31}$/i.test(text) && /[^0]/.test(text)
  return isShort ? [ofText, text.toLowerCase().padStart(32, '0')] : [ofText]
}

async function placedSpans(trace: StoredTrace): Promise<PlacedSpan[]> {
  const lines = await traceLines(trace)
  const kind = lines.map(({ outline }) => outline.kind)
  const service = lines.map(({ stored }) => stored.origin.serviceName)
  const parents = findParents(
    lines.map(({ stored }) => stored.spanId),
    lines.map(({ outline }) => outline.parentSpanId),
    { kind, service },
  )
  await nextTurn()
  const roles = spanRoles({
    ...parents,
    service,
    hasHttp: lines.map(({ outline }) => outline.noted.hasHttp),
    hasDatabase: lines.map(({ outline }) => outline.noted.hasDatabase),
  })
  return lines.map((line, i) => ({ line, traceId: trace.traceId, role: roles[i]! }))
}

/** Those that start together by trace id, then span id. */
function newestFirst(spans: PlacedSpan[]): readonly PlacedSpan[] {
  const start = ({ line }: PlacedSpan) => line.outline.startTimeUnixNano
  const id = ({ line, traceId }: PlacedSpan) => traceId + line.stored.spanId
  return spans.sort((a, b) => {
    if (start(a) !== start(b)) return start(a) > start(b) ? -1 : 1
    return id(a) < id(b) ? -1 : 1
  })
}

/** Made for all spans of one origin together, which costs a fraction of one by one. */
function eventsOf(piece: readonly PlacedSpan[], account: string): ReadonlyMap<PlacedSpan, FoundEvent> {
  const byOrigin = new Map<StoredOrigin, PlacedSpan[]>()
  for (const placed of piece) {
    const { origin } = placed.line.stored
    const same = byOrigin.get(origin)
    if (same === undefined) byOrigin.set(origin, [placed])
    else same.push(placed)
  }
  const events = new Map<PlacedSpan, FoundEvent>()
  for (const same of byOrigin.values()) {
    const spans = same.map(({ line, role }): SpanInTrace => ({ span: decodeStored(line.stored), role }))
    for (const [i, event] of spanEvents(spans, account).entries()) events.set(same[i]!, event)
  }
  return events
}

/** A trace id in the question is that of every trace it names, however their senders spell it. */
function asAsked(event: FoundEvent, spelling: string): NrqlEvent {
  return { get: (name) => (TRACE_ID_NAMES.includes(name) ? spelling : event.get(name)) }
}

function messagesOf(readings: ReadonlyMap<string, readonly string[]>, traces: readonly StoredTrace[]): string[] {
  const repeated = traces.reduce((sum, { repeatedSpans }) => sum + repeatedSpans, 0)
  const messages = repeated === 0 ? [] : [`${repeated} spans came more than once and are listed once.`]
  for (const [text, ids] of readings) {
    const found = ids.filter((id) => traces.some(({ traceId }) => traceId === id))
    if (found.length > 1) messages.push(`trace.id ${JSON.stringify(text)} may mean any of ${found.join(', ')}.`)
  }
  return messages
}
