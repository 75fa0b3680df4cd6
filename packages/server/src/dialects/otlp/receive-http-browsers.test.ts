import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestDoors, send, type TestDoors } from '../../doors-contract.ts'
import { jsonSpans } from './otlp-samples-contract.ts'

describe('OTLP over HTTP for browsers', () => {
  let doors: TestDoors
  beforeEach(async () => {
    doors = await openTestDoors()
  })
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
  })

  const postJson = (body: string, headers: Record<string, string>) =>
    send(`${doors.urls.otlpHttp}/v1/traces`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
  const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }

  it.each(['http://localhost:3000', 'https://127.0.0.1', 'http://[::1]:8080'])(
    'lets pages of %s send',
    async (origin) => {
      const asked = await send(`${doors.urls.otlpHttp}/v1/traces`, {
        method: 'OPTIONS',
        headers: { origin, ...preflight },
      })
      expect(asked).toMatchObject({
        status: 204,
        headers: {
          'access-control-allow-origin': origin,
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'content-type',
        },
      })
      expect((await postJson(jsonSpans(1), { origin })).headers['access-control-allow-origin']).toBe(origin)
      expect((await postJson('{', { origin })).headers['access-control-allow-origin']).toBe(origin)
    },
  )

  it.each(['https://shop.example', 'http://localhost.evil.example', 'null'])(
    'does not let pages of %s send',
    async (origin) => {
      const asked = await send(`${doors.urls.otlpHttp}/v1/traces`, {
        method: 'OPTIONS',
        headers: { origin, ...preflight },
      })
      expect(asked.headers['access-control-allow-origin']).toBeUndefined()
      expect(asked.headers['access-control-allow-methods']).toBeUndefined()
    },
  )

  it('lets configured pages send, and no page read the main port', async () => {
    const open = await openTestDoors({ corsOrigins: ['https://shop.example'] })
    const headers = { origin: 'https://shop.example' }
    expect((await send(`${open.urls.otlpHttp}/v1/traces`, { method: 'OPTIONS', headers })).headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
    })
    for (const path of ['/readyz', '/metrics', '/'])
      expect(
        (await send(`${open.urls.page}${path}`, { headers })).headers['access-control-allow-origin'],
      ).toBeUndefined()
    await open.stop(0)
    open.metrics.stop()
  })
})
