// New Relic's Trace API in, the native API and New Relic's query API out: the payloads and the command of its documentation
// run with curl, and what is found of bodies that were accepted and could not be read.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doorUrl, eventually, getJson, traceOf } from './ask-server.ts'
import { ServerProcess } from './server-process.ts'

/** https://docs.newrelic.com/docs/distributed-tracing/trace-api/report-new-relic-format-traces-trace-api/#sending-sample-payload */
const DOCUMENTED_COMMAND = `curl -i -H 'Content-Type: application/json' \\
  -H 'Api-Key: YOUR_LICENSE_KEY' \\
  -H 'Data-Format: newrelic' \\
  -H 'Data-Format-Version: 1' \\
  -X POST \\
  -d '[
    {
      "common": {
        "attributes": {
          "service.name": "Test Service A",
          "host": "host123.example.com"
        }
      },
      "spans": [
        {
          "trace.id": "123456",
          "id": "ABC",
          "attributes": {
            "duration.ms": 12.53,
            "name": "/home"
          }
        },
        {
          "trace.id": "123456",
          "id": "DEF",
          "attributes": {
            "error.message": "Invalid credentials",
            "service.name": "Test Service A",
            "host": "host456.example.com",
            "duration.ms": 2.97,
            "name": "/auth",
            "parent.id": "ABC"
          }
        }
      ]
    }
  ]' 'https://trace-api.newrelic.com/trace/v1'`

/** The second example of the same page. */
const DOCUMENTED_PAYLOAD = `[
  {
    "common": { "attributes": { "host": "host123.example.com" } },
    "spans": [
      {
        "trace.id": "12345",
        "id": "abc",
        "timestamp": 1603336834823,
        "attributes": {
          "user.email": "bob@newr.com",
          "service.name": "my-service",
          "duration.ms": 750,
          "name": "my-span"
        }
      },
      {
        "trace.id": "12345",
        "id": "def",
        "timestamp": 1603336834899,
        "attributes": {
          "parent.id": "abc",
          "service.name": "second-service",
          "duration.ms": 750,
          "name": "second-span"
        }
      }
    ]
  }
]`

const HEADERS = { 'content-type': 'application/json', 'api-key': 'NRAK-SECRET' }
const SETTINGS = { 'tls.mode': 'auto' }

let server: ServerProcess
beforeAll(async () => {
  server = await ServerProcess.start({ settings: SETTINGS })
})
afterAll(async () => {
  await server?.remove()
})

describe('the examples of New Relic’s documentation', () => {
  it('are answered 202 to the documented command, and are one trace', async () => {
    const { stdout } = await sh(DOCUMENTED_COMMAND.replace('https://trace-api.newrelic.com', server.url('')))
    expect(stdout).toMatch(/^HTTP\/1\.1 202 Accepted\r\n/)
    expect(stdout).toMatch(/\{"requestId":"[0-9a-f-]{36}"\}$/)
    const { spans } = await traceOf(server, '123456', 2)
    const [home, auth] = ['/home', '/auth'].map((name) => spans.find((span) => span.name === name)!)
    expect(home).toMatchObject({ service: 'Test Service A', parentSpanId: null, status: { code: 'unset' } })
    expect(auth).toMatchObject({
      parentSpanId: home!.spanId,
      status: { code: 'error', message: 'Invalid credentials' },
    })
    expect(BigInt(home!.endUnixNano) - BigInt(home!.startUnixNano)).toBe(12_530_000n)
    expect(await nrqlEvents("SELECT id, host FROM Span WHERE trace.id = '123456'")).toEqual(
      expect.arrayContaining([
        { timestamp: expect.any(Number), id: 'ABC', host: 'host123.example.com' },
        { timestamp: expect.any(Number), id: 'DEF', host: 'host456.example.com' },
      ]),
    )
  })

  it('are kept though their times are years ago, over TLS too', async () => {
    const authority = join(server.dataDir, 'tls', 'authority.pem')
    const tls = (await doorUrl(server, 'tls')).origin
    const command = DOCUMENTED_COMMAND.replace(/-d '[^']*'/, `-d '${DOCUMENTED_PAYLOAD}' --cacert '${authority}'`)
    const { stdout } = await sh(command.replace('https://trace-api.newrelic.com', tls))
    expect(stdout).toMatch(/^HTTP\/(1\.1|2) 202/)
    const { spans } = await traceOf(server, '12345', 2)
    expect(spans.map(({ name, service, startUnixNano }) => [name, service, startUnixNano])).toEqual([
      ['my-span', 'my-service', '1603336834823000000'],
      ['second-span', 'second-service', '1603336834899000000'],
    ])
    const question = new URLSearchParams({ nrql: "select name, processBoundary from Span where trace.id in ('12345')" })
    const asked = await sh(
      `curl -s -H 'X-Query-Key: any' --cacert '${authority}' '${tls}/v1/accounts/1/query?${question}'`,
    )
    expect(JSON.parse(asked.stdout).results[0].events).toEqual([
      { timestamp: 1_603_336_834_899, name: 'second-span', processBoundary: 'ENTRY' },
      { timestamp: 1_603_336_834_823, name: 'my-span', processBoundary: 'ENTRY' },
    ])
  })
})

it('takes the Zipkin format with ids that are any text', async () => {
  const headers = { ...HEADERS, 'data-format': 'zipkin', 'data-format-version': '2' }
  await send('[{"traceId":"test-zipkin-trace-id-1","id":"3","name":"get","tags":{"http.statusCode":404}}]', headers)
  expect(await traceOf(server, 'test-zipkin-trace-id-1')).toMatchObject({
    spans: [{ name: 'get', service: 'UNKNOWN' }],
  })
})

it('stores a request with an x-request-id once, however often it is sent, and one without it each time', async () => {
  const body = (service: string) =>
    JSON.stringify([
      {
        common: { 'trace.id': `trace-of-${service}`, attributes: { 'service.name': service } },
        spans: [{ id: 'a' }, { id: 'b' }],
      },
    ])
  const headers = { ...HEADERS, 'x-request-id': randomUUID() }
  for (let i = 0; i < 3; i++) {
    expect(await send(body('named'), headers)).toBe(headers['x-request-id'])
    await send(body('unnamed'))
  }
  const counts = async () => {
    const { services } = await getJson<{ services: { name: string; spanCount: number }[] }>(server, '/clew/v1/services')
    return Object.fromEntries(services.map(({ name, spanCount }) => [name, spanCount]))
  }
  expect(await eventually(counts, ({ unnamed }) => unnamed === 6)).toMatchObject({ named: 2, unnamed: 6 })
})

it('tells in both APIs what was wrong in bodies that it accepted, also after a kill', async () => {
  const bodies: readonly [string, Record<string, string>, string][] = [
    ['nonsense', {}, 'InvalidPayload'],
    ['{"spans":[]}', {}, 'InvalidPayload'],
    ['[{"common":{}}]', {}, 'InvalidPayload'],
    ['[]', { 'content-encoding': 'gzip' }, 'InvalidPayload'],
    ['[', { 'data-format': 'zipkin', 'data-format-version': '2' }, 'InvalidPayload'],
    ['[{"spans":[{"id":"left-out"},{"id":"kept","trace.id":"half-a-request"}]}]', {}, 'InvalidSpan'],
  ]
  const expected: { requestId: string; name: string }[] = []
  for (const [body, headers, name] of bodies)
    expected.push({ requestId: await send(body, { ...HEADERS, ...headers }), name })
  await server.kill()
  server = await ServerProcess.start({ dataDir: server.dataDir, settings: SETTINGS })

  expect((await traceOf(server, 'half-a-request')).spans).toHaveLength(1)
  const { errors } = await eventually(
    () => getJson<{ errors: { requestId: string }[] }>(server, '/clew/v1/integration-errors'),
    (answer) => answer.errors.length >= expected.length,
  )
  expect(errors).toHaveLength(expected.length)
  const asked = expected.map(async ({ requestId, name }) => {
    const error = {
      ...{ requestId, name, newRelicFeature: 'Distributed Tracing', category: 'BadRequest', apiKeyPrefix: 'NRAK-S' },
      ...{ timestamp: expect.any(Number), message: expect.any(String) },
    }
    expect(errors.find((found) => found.requestId === requestId)).toEqual(error)
    const byId = await getJson(server, `/clew/v1/integration-errors?requestId=${requestId}`)
    expect(byId).toEqual({ errors: [error], cursor: null, notices: [] })
    const nrql = `SELECT * FROM NrIntegrationError where newRelicFeature='Distributed Tracing' and requestId='${requestId}'`
    expect(await nrqlEvents(nrql)).toEqual([error])
  })
  await Promise.all(asked)
})

const run = promisify(execFile)

function sh(command: string): Promise<{ stdout: string }> {
  return run('sh', ['-c', command])
}

/** The id of the request, which is accepted. */
async function send(body: string, headers: Record<string, string> = HEADERS): Promise<string> {
  const response = await fetch(server.url('/trace/v1'), { method: 'POST', headers, body })
  expect(response.status).toBe(202)
  return ((await response.json()) as { requestId: string }).requestId
}

async function nrqlEvents(nrql: string): Promise<object[]> {
  const path = `/v1/accounts/1/query?${new URLSearchParams({ nrql })}`
  const { results } = await getJson<{ results: { events: object[] }[] }>(server, path, { 'x-query-key': 'any' })
  return results[0]!.events
}
