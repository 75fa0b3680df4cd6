// Two tenants on one server: each sees what its own keys sent, through every route there is, and nothing of the other.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doorUrl, eventually, getJson } from './ask-server.ts'
import { jsonSpan, newSpanId, newTraceId, text, tracesBody } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

const KEYS = { mine: 'clew_key-of-the-first-tenant', theirs: 'clew_key-of-the-second-tenant' }
const SECRET = 'only-for-the-first-tenant'

/** Makes the span a step of a run. */
const PIPELINE = [text('pipeline.id', 'etl'), text('pipeline.batch.id', 'batch'), text('pipeline.step.name', SECRET)]

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

let server: ServerProcess
beforeAll(async () => {
  const keys = Object.entries(KEYS).map(([tenant, key]) => ({
    name: tenant,
    sha256: createHash('sha256').update(key).digest('hex'),
    tenant,
    access: 'both',
  }))
  server = await ServerProcess.start({
    settings: { keys: JSON.stringify(keys), 'zipkin.autocomplete_keys': 'secret.key' },
  })
})
afterAll(async () => {
  await server?.remove()
})

interface Operation {
  readonly parameters?: readonly { name: string; in: string; required?: boolean }[]
}

describe('a second tenant', () => {
  it('learns nothing of the first through any route', async () => {
    const traceId = newTraceId()
    const spanId = newSpanId()
    const span = jsonSpan({ traceId, spanId, name: SECRET, attributes: [text('secret.key', SECRET), ...PIPELINE] })
    await send('traces', tracesBody(SECRET, [span]))
    await send('logs', {
      resourceLogs: [
        {
          resource: { attributes: [text('service.name', SECRET)] },
          scopeLogs: [
            { logRecords: [{ timeUnixNano: span.startTimeUnixNano, body: { stringValue: SECRET }, traceId, spanId }] },
          ],
        },
      ],
    })
    const mine = bearer(KEYS.mine)
    await eventually(() => getJson(server, `/clew/v1/traces/${traceId}`, mine))
    await eventually(
      () => getJson<{ logs: unknown[] }>(server, `/clew/v1/traces/${traceId}/logs`, mine),
      ({ logs }) => logs.length === 1,
    )

    const requestId = await sendBadSpan(KEYS.mine)
    await eventually(
      () => getJson<{ errors: unknown[] }>(server, '/clew/v1/integration-errors', mine),
      ({ errors }) => errors.length === 1,
    )

    const values: Record<string, string> = { traceId, spanId, service: SECRET, key: 'secret.key', scope: 'span' }
    const { paths } = await getJson<{ paths: Record<string, { get?: Operation }> }>(server, '/openapi.json', mine)
    const routes = Object.entries(paths).filter(
      ([path, { get }]) => get !== undefined && /^\/clew\/v1\//.test(path) && !/events$/.test(path),
    )
    expect(routes.length).toBeGreaterThan(8)
    let seenByOwner = 0
    for (const [path, { get }] of routes) {
      const query = (get!.parameters ?? [])
        .filter((parameter) => parameter.in === 'query' && values[parameter.name] !== undefined)
        .map((parameter): [string, string] => [parameter.name, values[parameter.name]!])
      const url = `${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'x')}?${new URLSearchParams(query)}`
      const owners = await fetch(server.url(url), { headers: mine }).then((response) => response.text())
      if (owners.includes(SECRET) || owners.includes(requestId)) seenByOwner++
      const others = await fetch(server.url(url), { headers: bearer(KEYS.theirs) }).then((response) => response.text())
      expect(others.replaceAll(url, '').replaceAll(traceId, ''), url).not.toContain(SECRET)
      expect(others, url).not.toContain(span.startTimeUnixNano)
      expect(others, url).not.toContain(requestId)
    }
    // Otherwise the loop above would prove nothing.
    expect(seenByOwner).toBeGreaterThan(7)

    const jaeger = (await doorUrl(server, 'jaeger-query')).origin
    const others = otherDialects(traceId, span).map((path): [string, string] => [server.url(path), path])
    const ofJaeger = jaegerQuestions(traceId, span).map((path): [string, string] => [jaeger + path, path])
    const zipkin = (await doorUrl(server, 'zipkin')).origin
    const ofZipkin = zipkinQuestions(traceId).map((path): [string, string] => [zipkin + path, path])
    for (const [url, path] of [...others, ...ofJaeger, ...ofZipkin]) {
      const told = (key: string) => fetch(url, { headers: bearer(key) }).then((response) => response.text())
      expect(await told(KEYS.mine), url).toContain(SECRET)
      expect((await told(KEYS.theirs)).replaceAll(path, ''), url).not.toContain(SECRET)
    }
  })

  it('may have the same trace id and keeps its own spans under it', async () => {
    const traceId = newTraceId()
    await send('traces', tracesBody('mine', [jsonSpan({ traceId, name: 'mine' })]))
    await send('traces', tracesBody('theirs', [jsonSpan({ traceId, name: 'theirs' })]), KEYS.theirs)
    for (const [tenant, key] of Object.entries(KEYS)) {
      const trace = await eventually(() =>
        getJson<{ spans: { name: string }[] }>(server, `/clew/v1/traces/${traceId}`, bearer(key)),
      )
      expect(trace.spans.map((span) => span.name)).toEqual([tenant])
    }
  })
})

/** Every question of the other dialects on the main door that the first tenant's span is an answer to. */
function otherDialects(traceId: string, { startTimeUnixNano }: { startTimeUnixNano: string }): string[] {
  const startMs = Number(BigInt(startTimeUnixNano) / 1_000_000n)
  const ats = '/v1/0/ats'
  const application = `${ats}/applications/${SECRET}`
  return [
    `${ats}/applications`,
    `${application}/transactions?monitorGroup=default`,
    `${ats}/traces?startTime=${startMs - 1000}&endTime=${startMs + 1000}&application=${SECRET}`,
    `${ats}/spans?traceId=${traceId}`,
    ...['pipelines/etl', 'pipelines/etl/', 'pipelines/etl/batch', 'steps/batch'].map(
      (path) => `/api/v1/traces/${path}`,
    ),
  ]
}

/** Every question of Jaeger's query API that it is an answer to. */
function jaegerQuestions(traceId: string, { startTimeUnixNano }: { startTimeUnixNano: string }): string[] {
  const startMs = Number(BigInt(startTimeUnixNano) / 1_000_000n)
  const [from, to] = [startMs - 1000, startMs + 1000].map((ms) => new Date(ms).toISOString())
  const times = `query.startTimeMin=${from}&query.startTimeMax=${to}`
  return [
    '/api/services',
    `/api/services/${SECRET}/operations`,
    `/api/operations?service=${SECRET}`,
    `/api/traces/${traceId}`,
    `/api/traces?traceID=${traceId}`,
    `/api/traces?service=${SECRET}`,
    '/api/v3/services',
    `/api/v3/operations?service=${SECRET}`,
    `/api/v3/traces/${traceId}`,
    `/api/v3/traces?${times}`,
    `/api/v3/trace-summaries?${times}`,
  ]
}

/** The same of Zipkin's query API, whose span has the secret in its name, its service and a tag. */
function zipkinQuestions(traceId: string): string[] {
  const paths = [
    'services',
    `spans?serviceName=${SECRET}`,
    'autocompleteValues?key=secret.key',
    `trace/${traceId}`,
    `traceMany?traceIds=${traceId},1`,
    'traces',
    `traces?serviceName=${SECRET}&spanName=${SECRET}`,
    'traces?annotationQuery=secret.key',
  ]
  return ['/api/v2/', '/zipkin/api/v2/'].flatMap((prefix) => paths.map((path) => prefix + path))
}

/** The id of a request that is accepted, with a span in it that is not: an integration error. */
async function sendBadSpan(key: string): Promise<string> {
  const headers = { 'content-type': 'application/json', 'api-key': key }
  const body = JSON.stringify([{ spans: [{ id: SECRET }] }])
  const response = await fetch(server.url('/trace/v1'), { method: 'POST', headers, body })
  expect(response.status).toBe(202)
  return ((await response.json()) as { requestId: string }).requestId
}

async function send(signal: string, body: unknown, key = KEYS.mine): Promise<void> {
  const response = await fetch(server.otlpUrl(`/v1/${signal}`), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(key) },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
}
