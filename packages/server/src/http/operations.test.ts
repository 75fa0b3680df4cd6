import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestDoors, send, type TestDoors } from '../doors-contract.ts'

describe('the operations routes', () => {
  let doors: TestDoors
  beforeEach(async () => {
    doors = await openTestDoors()
  })
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
  })

  it('/healthz says that the process lives', async () => {
    expect((await send(`${doors.urls.page}/healthz`)).body.toString()).toBe('{"status":"ok"}')
  })

  it('/readyz says per part whether it works', async () => {
    doors.health.register('journal', () => ({ ok: true, detail: 'writable' }))
    const ready = await send(`${doors.urls.page}/readyz`)
    expect(ready.status).toBe(200)
    expect(JSON.parse(ready.body.toString())).toMatchObject({
      ready: true,
      checks: {
        'door main': { ok: true, detail: doors.urls.page },
        'door otlp-http': { ok: true, detail: doors.urls.otlpHttp },
        'door otlp-grpc': { ok: true, detail: doors.urls.otlpGrpc },
        journal: { ok: true, detail: 'writable' },
      },
    })
  })

  it('/readyz answers 503 when one part fails, also by throwing', async () => {
    doors.health.register('engine', () => Promise.reject(new Error('gone')))
    const answer = await send(`${doors.urls.page}/readyz`)
    expect(answer.status).toBe(503)
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      ready: false,
      checks: { engine: { ok: false, detail: 'gone' } },
    })
  })

  it('needs no key for probes, but one for metrics', async () => {
    const keyed = await openTestDoors({ httpHost: '127.0.0.1', keys: [] })
    expect((await send(`${keyed.urls.page}/healthz`)).status).toBe(200)
    await keyed.stop(0)
    keyed.metrics.stop()
  })
})
