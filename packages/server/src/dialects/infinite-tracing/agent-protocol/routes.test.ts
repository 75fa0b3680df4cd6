import { deflateSync, gzipSync } from 'node:zlib'
import type { SpanBatch } from '@clew/model'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type Answer,
  keyEntry,
  openTestDoors,
  refusal,
  send,
  type TestDoorOptions,
  type TestDoors,
} from '../../../doors-contract.ts'
import { AGENT_METHODS } from './methods.ts'

const KEY = '0123456789012345678901234567890123456789'
const NODE = 'NewRelic-NodeAgent/13.20.0 (nodejs 20.20.2 linux-x64)'
const told = [{ pid: 7, host: 'host-1', language: 'nodejs', app_name: ['shop'], agent_version: '13.20.0' }]

let doors: TestDoors
const open = async (options: TestDoorOptions = {}) => {
  doors = await openTestDoors(options)
}
const close = async () => {
  await doors.stop(0)
  doors.metrics.stop()
}
beforeAll(() => open())
afterAll(close)
afterEach(() => {
  expect(doors.budget.used).toBe(0)
  doors.consumer.consumed.length = 0
  doors.consumer.answer = async () => ({ repeated: false, warnings: [] })
})

interface Call {
  readonly run?: string
  readonly key?: string
  readonly body?: unknown
  readonly verb?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly compress?: (body: Buffer) => Buffer
}

function call(method: string, { run, key = KEY, body = [], verb = 'POST', headers = {}, compress }: Call = {}) {
  const query = new URLSearchParams({ marshal_format: 'json', protocol_version: '17', license_key: key, method })
  if (run !== undefined) query.set('run_id', run)
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return send(`${doors.urls.page}/agent_listener/invoke_raw_method?${query}`, {
    method: verb,
    headers: { 'content-type': 'application/json', 'user-agent': NODE, ...headers },
    ...(verb === 'GET' ? {} : { body: compress === undefined ? bytes : compress(bytes) }),
  })
}

const returned = ({ body }: Answer) => JSON.parse(body.toString()).return_value
const connect = async (more: Call = {}) =>
  returned(await call('connect', { body: told, ...more })).agent_run_id as string

const span = (guid: string) => [
  {
    type: 'Span',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    guid,
    name: 'work',
    timestamp: 1_700_000_000_000,
    duration: 0.5,
  },
  {},
  {},
]
const harvest = (run: string, ...guids: string[]) => [run, { reservoir_size: 2000, events_seen: 1 }, guids.map(span)]

describe('the life of an agent', () => {
  it('is sent to the address it came to, connects, and its spans are of its application', async () => {
    expect(returned(await call('preconnect', { body: [{ high_security: false }] }))).toEqual({
      redirect_host: doors.urls.page.replace('http://', ''),
    })
    const run = await connect()
    for (const method of ['agent_settings', 'metric_data']) expect(returned(await call(method, { run }))).toBeNull()
    const answer = await call('span_event_data', { run, body: harvest(run, 'b7ad6b7169203331', 'c8be7c8270314442') })
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': expect.stringContaining('application/json') },
    })
    expect(returned(answer)).toBeNull()
    const [{ batch, request }] = doors.consumer.consumed as unknown as [{ batch: SpanBatch; request: { door: string } }]
    expect(batch.count).toBe(2)
    expect(batch.origins[0]!.service).toBe('shop')
    expect(request.door).toBe('newrelic-agent/spans')
    expect(returned(await call('get_agent_commands', { run, body: [run] }))).toEqual([])
    expect(returned(await call('shutdown', { run }))).toBeNull()
  })

  it('may be told by PUT', async () => {
    const run = await connect({ verb: 'PUT' })
    expect((await call('span_event_data', { run, verb: 'PUT', body: harvest(run, 'b7ad6b7169203331') })).status).toBe(
      200,
    )
    expect(doors.consumer.consumed).toHaveLength(1)
  })

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['Identity', (body: Buffer) => body],
  ])('may be told in %s', async (encoding, compress) => {
    const sent = { headers: { 'content-encoding': encoding, 'content-type': 'application/octet-stream' }, compress }
    const run = await connect(sent)
    await call('span_event_data', { run, body: harvest(run, 'b7ad6b7169203331'), ...sent })
    expect(doors.consumer.consumed[0]!.batch.count).toBe(1)
  })

  it('has an answer to every call that agents make', async () => {
    const run = await connect()
    for (const method of Object.keys(AGENT_METHODS).filter((name) => !/connect|span_event/.test(name)))
      expect([method, (await call(method, { run, body: 'whatever' })).status]).toEqual([method, 200])
    expect(doors.consumer.consumed).toEqual([])
  })
})

describe('a run that is not known', () => {
  it.each(['span_event_data', 'metric_data', 'get_agent_commands'])('is told to connect anew on %s', async (method) => {
    for (const run of [undefined, 'run-1', `${await connect()}x`]) {
      const answer = await call(method, {
        ...(run === undefined ? {} : { run }),
        body: harvest('x', 'b7ad6b7169203331'),
      })
      expect(answer.status).toBe(409)
      expect(JSON.parse(answer.body.toString()).exception).toMatchObject({ error_type: 'AGENT_RUN_UNKNOWN' })
    }
    expect(doors.consumer.consumed).toEqual([])
  })

  it('may go without another word', async () => {
    expect((await call('shutdown', { run: 'run-1' })).status).toBe(200)
  })

  it('is that of another tenant too', async () => {
    await close()
    await open({ keys: [keyEntry('one', { tenant: 'acme' }), keyEntry('two', { tenant: 'umbrella' })] })
    const run = await connect({ key: 'one' })
    expect((await call('metric_data', { run, key: 'one' })).status).toBe(200)
    expect((await call('metric_data', { run, key: 'two' })).status).toBe(409)
    await close()
    await open()
  })
})

describe('what an agent does wrong', () => {
  it('is refused in the words of the protocol, with the status it acts on', async () => {
    const run = await connect()
    const statuses = {
      unknownMethod: (await call('make_coffee', { run })).status,
      noMethod: (await send(`${doors.urls.page}/agent_listener/invoke_raw_method`, { method: 'POST' })).status,
      otherPath: (await send(`${doors.urls.page}/agent_listener/other`, { method: 'POST' })).status,
      get: (await call('preconnect', { verb: 'GET' })).status,
      noName: (await call('connect', { body: [{}] })).status,
      noJson: (await call('connect', { body: '{' })).status,
      noSpans: (await call('span_event_data', { run, body: '[' })).status,
      encoding: (await call('connect', { headers: { 'content-encoding': 'zstd' } })).status,
    }
    expect(statuses).toEqual({
      ...{ unknownMethod: 404, noMethod: 404, otherPath: 404, get: 405, noName: 400, noJson: 400, noSpans: 400 },
      encoding: 415,
    })
    const { body, headers } = await call('make_coffee', { run })
    expect(headers['content-type']).toContain('application/json')
    expect(JSON.parse(body.toString()).exception.message).toContain('make_coffee')
  })

  it('leaves the good spans of a harvest', async () => {
    const run = await connect()
    const [token, seen] = harvest(run)
    const body = [token, seen, [span('b7ad6b7169203331'), [{ type: 'Span' }, {}, {}], 7]]
    const before = doors.counters.snapshot('default')
    expect((await call('span_event_data', { run, body })).status).toBe(200)
    expect(doors.consumer.consumed[0]!.batch.count).toBe(1)
    expect(doors.counters.snapshot('default')).toMatchObject({
      spansAccepted: before.spansAccepted + 1,
      rejected: before.rejected + 2,
    })
  })
})

describe('when Clew cannot take spans', () => {
  it.each(['DISK_FULL', 'OVERLOADED', 'JOURNAL_UNAVAILABLE'] as const)(
    '%s is 503, and the agent keeps them',
    async (code) => {
      doors.consumer.answer = async () => {
        throw refusal(code)
      }
      const run = await connect()
      const answer = await call('span_event_data', { run, body: harvest(run, 'b7ad6b7169203331') })
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    },
  )
})

describe('the license key', () => {
  it.each([
    ['', 401],
    ['guess', 401],
    ['secret', 200],
  ])('%s is answered with %i where keys are configured', async (key, status) => {
    await close()
    await open({ httpHost: '0.0.0.0', keys: [keyEntry('secret')] })
    expect((await call('preconnect', { key })).status).toBe(status)
  })
})
