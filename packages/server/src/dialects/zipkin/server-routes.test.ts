// What Zipkin's server tells of itself, and which pages may read it, at a real door.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keyEntry, openTestDoors, send, type TestDoorOptions, type TestDoors } from '../../doors-contract.ts'

const SPAN = JSON.stringify([{ traceId: '5af7183fb1d4cf5f', id: '352bff9a74ca9ad2', name: 'Get' }])

describe('Zipkin', () => {
  let doors: TestDoors
  const open = async (options?: TestDoorOptions) => {
    doors = await openTestDoors(options)
  }
  beforeEach(() => open())
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
  })

  const get = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const answer = await send(`${doors.urlOf('zipkin')}${path}`, { headers, method })
    return { ...answer, text: answer.body.toString() }
  }
  const post = (body: string, headers: Record<string, string> = {}) =>
    send(`${doors.urlOf('zipkin')}/api/v2/spans`, { method: 'POST', body, headers })

  it.each(['/health', '/actuator/health'])('says at %s how each of its parts is', async (path) => {
    doors.health.register('journal', () => ({ ok: true, detail: 'waits for nothing' }))
    const up = await get(path)
    expect([up.status, up.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8'])
    expect(JSON.parse(up.text)).toMatchObject({
      status: 'UP',
      zipkin: { status: 'UP', details: { journal: { status: 'UP' } } },
    })
    doors.health.register('store', () => ({ ok: false, detail: 'no answer' }))
    const down = await get(path)
    expect(down.status).toBe(503)
    expect(JSON.parse(down.text)).toMatchObject({
      status: 'DOWN',
      zipkin: { status: 'DOWN', details: { store: { status: 'DOWN', details: { error: 'no answer' } } } },
    })
  })

  it('says whose version it speaks, and what its page needs', async () => {
    expect(JSON.parse((await get('/info')).text)).toEqual({ zipkin: { version: '3.6.1', commit: '' } })
    for (const path of ['/zipkin/config.json', '/config.json']) {
      const config = await get(path)
      expect(config.headers['cache-control']).toBe('max-age=600')
      expect(JSON.parse(config.text)).toMatchObject({ queryLimit: 10, defaultLookback: 900_000, searchEnabled: true })
    }
  })

  it('counts what came in by each transport', async () => {
    await post(SPAN)
    await post('{')
    await post(`[{"traceId":"g","id":"1"},${SPAN.slice(1)}`)
    const counts = JSON.parse((await get('/metrics')).text)
    expect(counts).toMatchObject({
      'counter.zipkin_collector.messages.http': 3,
      'counter.zipkin_collector.messages_dropped.http': 1,
      'counter.zipkin_collector.spans.http': 3,
      'counter.zipkin_collector.spans_dropped.http': 1,
      'gauge.zipkin_collector.message_spans.http': 2,
      'counter.zipkin_collector.messages.grpc': 0,
    })
    expect((await get('/prometheus')).text).toContain('clew_ingest_requests_total{door="zipkin-http",outcome="ok"} 1')
  })

  it('tells a tenant only of what came with its own keys', async () => {
    await doors.stop(0)
    doors.metrics.stop()
    await open({ httpHost: '0.0.0.0', keys: [keyEntry('a'), keyEntry('b', { tenant: 'other' })] })
    await post(SPAN, { 'x-clew-key': 'a' })
    const messages = async (key: string) =>
      JSON.parse((await get('/metrics', { 'x-clew-key': key })).text)['counter.zipkin_collector.messages.http']
    expect([await messages('a'), await messages('b')]).toEqual([1, 0])
    expect((await get('/metrics')).status).toBe(401)
    expect((await get('/health')).status).toBe(200)
    expect((await get('/api/v2/services')).status).toBe(401)
  })

  it.each(['/api/v2/services', '/zipkin/api/v2/traces', '/api/v2/spans', '/api/v1/spans', '/metrics'])(
    'lets pages of this machine ask %s, and no others',
    async (path) => {
      const asked = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'content-type' }
      const local = await get(path, { origin: 'http://localhost:3000', ...asked }, 'OPTIONS')
      expect(local.status).toBe(204)
      expect(local.headers).toMatchObject({
        'access-control-allow-origin': 'http://localhost:3000',
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'content-type',
      })
      const far = await get(path, { origin: 'https://shop.example', ...asked }, 'OPTIONS')
      expect(far.headers['access-control-allow-origin']).toBeUndefined()
    },
  )

  it('lets the pages read that a setting names', async () => {
    await doors.stop(0)
    doors.metrics.stop()
    await open({ queryCorsOrigins: ['https://shop.example'] })
    const origin = async (page: string) => (await get('/info', { origin: page })).headers['access-control-allow-origin']
    expect(await origin('https://shop.example')).toBe('https://shop.example')
    expect(await origin('https://other.example')).toBeUndefined()
  })
})
