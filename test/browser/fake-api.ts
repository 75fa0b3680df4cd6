// A server with the native API over fixture traces in memory, and the built page: what the browser tests talk to.
import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import type { IngestCounters, NamedTrace, TraceSummary } from '../../packages/web/src/api/generated.ts'
import { columnsOf, describeTrace, summaryOf, tracesNamed } from './fixture-answers.ts'
import type { FixtureTrace } from './fixture-traces.ts'

export interface FakeApi {
  readonly origin: string
  /** Newest first. */
  readonly traces: FixtureTrace[]
  /** Paths with query of the API requests so far. */
  readonly requests: string[]
  /** The key it asks for; '' for none. */
  key: string
  notices: string[]
  /** Comes after the first question for traces and before the stream of events opens: no event tells of it. */
  missed: FixtureTrace | undefined
  totalsExact: boolean
  /** Puts traces in front and tells the pages. */
  arrive(traces: readonly FixtureTrace[]): void
  stop(): Promise<void>
}

/** As strict as the server's own. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'"

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

export async function startFakeApi(pageFolder: string, traces: readonly FixtureTrace[]): Promise<FakeApi> {
  const streams = new Set<ServerResponse>()
  /** Streams that wait until a trace was missed. */
  const held: ServerResponse[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (!url.pathname.startsWith('/clew/v1/')) return void sendPage(pageFolder, url.pathname, response)
    api.requests.push(url.pathname.slice('/clew/v1'.length) + url.search)
    if (api.key !== '' && request.headers.authorization !== `Bearer ${api.key}`)
      return sendProblem(response, 401, 'KEY_MISSING', 'no key')
    const openStream = (stream: ServerResponse): void => {
      stream.writeHead(200, { 'content-type': 'text/event-stream' })
      stream.write(`event: ingest\ndata: ${JSON.stringify(ingestOf(api))}\n\n`)
      streams.add(stream)
      stream.on('close', () => streams.delete(stream))
    }
    if (url.pathname === '/clew/v1/events')
      return void (api.missed === undefined ? openStream(response) : held.push(response))
    const answer = answerOf(api, url)
    if (api.missed !== undefined && url.searchParams.get('limit') === '1') {
      api.traces.unshift(api.missed)
      api.missed = undefined
      response.on('finish', () => held.splice(0).forEach(openStream))
    }
    if (answer instanceof Ambiguous) sendProblem(response, 409, 'TRACE_ID_AMBIGUOUS', 'several traces', answer.traces)
    else if (answer === undefined) sendProblem(response, 404, 'NOT_FOUND', `nothing at ${url.pathname}`)
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const api: FakeApi = {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    traces: [...traces],
    requests: [],
    key: '',
    notices: [],
    missed: undefined,
    totalsExact: true,
    arrive(arrived) {
      api.traces.unshift(...arrived)
      for (const stream of streams) {
        stream.write(`event: ingest\ndata: ${JSON.stringify(ingestOf(api))}\n\n`)
        stream.write(`event: traces\ndata: ${JSON.stringify({ traces: arrived.map(summaryOf) })}\n\n`)
      }
    },
    stop() {
      for (const stream of streams) stream.destroy()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return api
}

function ingestOf(api: FakeApi): IngestCounters {
  const spans = api.traces.reduce((sum, { spans }) => sum + spans.length, 0)
  return {
    spansAccepted: spans,
    logsAccepted: api.traces.reduce((sum, { logs }) => sum + logs.length, 0),
    requests: api.traces.length,
    rejected: 0,
    spansPerSecond: spans > 0 ? 52 : 0,
    listening: [
      { door: 'otlp-http', url: 'http://localhost:4318/v1/traces' },
      { door: 'otlp-grpc', url: 'http://localhost:4317' },
    ],
    lastAcceptedAt: spans > 0 ? '2026-11-22T10:00:00Z' : null,
    insecure: false,
  }
}

/** Says that an id means several traces. */
class Ambiguous {
  readonly traces: readonly NamedTrace[]

  constructor(traces: readonly NamedTrace[]) {
    this.traces = traces
  }
}

function answerOf(api: FakeApi, url: URL): unknown {
  const path = url.pathname.slice('/clew/v1'.length)
  const of = (key: string) => url.searchParams.get(key) ?? undefined
  if (path === '/ingest') return ingestOf(api)
  if (path === '/search') return search(api, url.searchParams)
  const summaries = () => api.traces.map(summaryOf)
  if (path === '/services')
    return { services: sumUp(summaries().flatMap(({ services }) => services ?? [])), notices: [] }
  if (path === '/operations') {
    const spans = api.traces
      .flatMap(({ spans }) => spans)
      .filter(({ service }) => service === (of('service') ?? service))
    return {
      operations: sumUp(spans.map(({ name }) => ({ name, spanCount: 1 }))).map((entry) => ({
        ...entry,
        kind: 'internal',
      })),
      notices: [],
    }
  }
  if (path === '/attributes') {
    const keys = new Set(
      api.traces.flatMap(({ spans }) => spans.flatMap(({ attributes }) => attributes.map(({ key }) => key))),
    )
    return { keys: [...keys].map((key) => ({ scope: 'span', key, types: ['string'] })), notices: [] }
  }
  if (path === '/attributes/values') {
    const attributes = api.traces.flatMap(({ spans }) => spans.flatMap(({ attributes }) => attributes))
    const values = attributes.filter(({ key }) => key === of('key')).map(({ value }) => JSON.stringify(value))
    return { values: [...new Set(values)].map((value) => JSON.parse(value) as unknown), many: false }
  }
  const [, name = '', rest = ''] = /^\/traces\/([^/]+)(\/.*)?$/.exec(path) ?? []
  const asked = decodeURIComponent(name)
  const [trace, ...others] = tracesNamed(api.traces, asked)
  if (trace === undefined) return undefined
  if (others.length > 0) return new Ambiguous([trace, ...others].map(describeTrace))
  if (rest === '/columns') return columnsOf(trace, asked)
  if (rest === '/logs') return { logs: trace.logs, notices: [] }
  const [, spanId, logs] = /^\/spans\/([0-9a-f]{16})(\/logs)?$/.exec(rest) ?? []
  if (logs !== undefined) return { logs: trace.logs.filter((log) => log.spanId === spanId), notices: [] }
  return trace.spans.filter((span) => span.spanId === spanId)[Number(of('nth') ?? 1) - 1]
}

function search(api: FakeApi, asked: URLSearchParams): unknown {
  const wanted = (key: string, value: string | null) => !asked.has(key) || asked.get(key) === value
  const matching = api.traces
    .map((trace) => {
      const spans = trace.spans.filter(
        (span) =>
          wanted('service', span.service) &&
          wanted('operation', span.name) &&
          wanted('kind', span.kind) &&
          wanted('status', span.status.code) &&
          span.name.includes(asked.get('text') ?? ''),
      )
      return { trace, spans }
    })
    .filter(({ spans }) => spans.length > 0)
  const orders: Readonly<Record<string, (trace: TraceSummary) => number>> = {
    newest: (trace) => Number(trace.startUnixNano),
    duration: (trace) => Number(trace.durationNano),
    spans: (trace) => trace.spanCount,
    errors: (trace) => trace.errorCount,
  }
  const order = orders[asked.get('order') ?? 'newest'] ?? Number
  const sign = asked.get('direction') === 'ascending' ? 1 : -1
  const found = matching
    .map(({ trace, spans }) => ({
      ...summaryOf(trace),
      matchedSpans: spans.length,
      spans: spans.slice(0, 3).map(matchOf),
    }))
    .sort((a, b) => sign * (order(a) - order(b)))
  const offset = Number(asked.get('cursor') ?? 0)
  const limit = Number(asked.get('limit') ?? 20)
  return {
    traces: found.slice(offset, offset + limit),
    cursor: offset + limit < found.length ? String(offset + limit) : null,
    totals: {
      traces: found.length,
      spans: matching.reduce((sum, { spans }) => sum + spans.length, 0),
      exact: api.totalsExact,
    },
    lookedBackTo: '1795250000000000000',
    complete: true,
    notices: api.notices,
  }
}

function matchOf(span: FixtureTrace['spans'][number]): TraceSummary['spans'][number] {
  const { spanId, name, service, startUnixNano, endUnixNano, status, kind } = span
  const durationNano = String(BigInt(endUnixNano) - BigInt(startUnixNano))
  return {
    spanId,
    name,
    service: service,
    startUnixNano: startUnixNano,
    durationNano,
    status: status.code,
    kind,
  }
}

function sumUp(
  entries: readonly { name: string; spanCount: number }[],
): { name: string; spanCount: number; errorCount: number }[] {
  const counts = new Map<string, number>()
  for (const { name, spanCount } of entries) counts.set(name, (counts.get(name) ?? 0) + spanCount)
  return [...counts].map(([name, spanCount]) => ({ name, spanCount, errorCount: 0 }))
}

function sendProblem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  traces?: readonly NamedTrace[],
): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' })
  response.end(JSON.stringify({ type: 'about:blank', title: code, status, code, detail, traces }))
}

async function sendPage(folder: string, path: string, response: ServerResponse): Promise<void> {
  const type = TYPES[extname(path)]
  const body = await readFile(join(folder, type === undefined ? 'index.html' : path)).catch(() => undefined)
  if (body === undefined) response.writeHead(404).end()
  else {
    response.writeHead(200, { 'content-type': type ?? 'text/html; charset=utf-8', 'content-security-policy': POLICY })
    response.end(body)
  }
}
