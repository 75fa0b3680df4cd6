import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultSettings, type Settings } from './config/settings.ts'
import { checkExposure, startDoors } from './doors.ts'
import { call, describeDoor, keyEntry, openTestDoors, send, type TestDoors } from './doors-contract.ts'
import { HttpDoor } from './http/http-door.ts'
import { generateKeys, issueAuthority } from './tls/issue-certificate.ts'

const EXPORT_TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'

describeDoor({
  name: 'main',
  right: 'read',
  async ask(doors, headers, host) {
    const answer = await send(`${local(doors.urls.page)}/metrics`, {
      headers: host === undefined ? headers : { ...headers, host },
    })
    return answer.status === 200 ? 'ok' : JSON.parse(answer.body.toString()).code
  },
})

describeDoor({
  name: 'OTLP/HTTP',
  right: 'write',
  async ask(doors, headers, host) {
    const json = { ...headers, 'content-type': 'application/json' }
    const sent = { method: 'POST', headers: host === undefined ? json : { ...json, host }, body: '{}' }
    const answer = await send(`${local(doors.urls.otlpHttp)}/v1/traces`, sent)
    return answer.status === 200 ? 'ok' : JSON.parse(answer.body.toString()).message.split(':')[0]
  },
})

describeDoor({
  name: 'OTLP/gRPC',
  right: 'write',
  async ask(doors, headers, host) {
    const answer = await call(local(doors.urls.otlpGrpc), EXPORT_TRACES, {
      headers,
      ...(host === undefined ? {} : { authority: host }),
    })
    return answer.code === 0 ? 'ok' : answer.message.split(':')[0]!
  },
})

describeDoor({
  name: 'Zipkin',
  right: 'write',
  async ask(doors, headers, host) {
    const sent = { method: 'POST', headers: host === undefined ? headers : { ...headers, host }, body: '[]' }
    const answer = await send(`${local(doors.urlOf('zipkin'))}/api/v2/spans`, sent)
    return answer.status === 202 ? 'ok' : answer.body.toString().split(':')[0]!
  },
})

describe('over TLS', () => {
  let folder: string
  let settings: Partial<Settings>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clew-doors-'))
    const period = { notBefore: new Date(), notAfter: new Date(Date.now() + 1e9) }
    const { certificate, key } = issueAuthority('test', period, await generateKeys())
    settings = { tlsCert: join(folder, 'cert.pem'), tlsKey: join(folder, 'key.pem') }
    await writeFile(settings.tlsCert!, certificate)
    await writeFile(settings.tlsKey!, key)
  })
  afterAll(() => rm(folder, { recursive: true }))

  describeDoor({
    name: 'TLS',
    right: 'write',
    settings: () => settings,
    async ask(doors, headers, host) {
      const json = { ...headers, 'content-type': 'application/json' }
      const sent = { method: 'POST', headers: host === undefined ? json : { ...json, host }, body: '{}' }
      const answer = await send(`${local(doors.urlOf('tls'))}/v1/traces`, sent)
      return answer.status === 200 ? 'ok' : JSON.parse(answer.body.toString()).message.split(':')[0]
    },
  })

  it('is off until there is a certificate', async () => {
    const doors = await openTestDoors()
    expect(doors.urlOf('tls')).toBe('')
    expect((await doors.health.readiness()).checks).not.toHaveProperty('door tls')
    await stop(doors)
  })

  it('does not start on certificate files that are not there', async () => {
    await expect(openTestDoors({ ...settings, tlsKey: '/dev/null/nowhere/key.pem' })).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      message: expect.stringMatching(/^tls\.key: .*\/dev\/null\/nowhere\/key\.pem/),
    })
  })

  it('makes its own certificate when it is told to, and says what to trust', async () => {
    const doors = await openTestDoors({ tlsMode: 'auto', dataFolder: folder })
    expect(doors.authorityPath).toBe(join(folder, 'tls', 'authority.pem'))
    expect((await send(`${doors.urlOf('tls')}/v1/traces`)).status).toBe(405)
    expect(doors.listening()).toContainEqual({ door: 'tls', url: `${doors.urlOf('tls')}/v1/traces` })
    await stop(doors)
  })

  it('is a door that Clew can do without when its port is taken', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const doors = await openTestDoors({ ...settings, tlsPort: port })
    expect((await doors.health.readiness()).checks['door tls']).toEqual({
      ok: true,
      detail: `closed: 127.0.0.1:${port} is taken by another program; stop it, or set tls.port to another port`,
    })
    await stop(doors)
    await new Promise((resolve) => taken.close(resolve))
  })
})

/** A door bound everywhere is asked on loopback. */
function local(url: string): string {
  return url.replace('0.0.0.0', '127.0.0.1')
}

describe('the tenant', () => {
  it('is that of the key, on HTTP and gRPC alike', async () => {
    const keys = [keyEntry('a', { tenant: 'alpha' }), keyEntry('b', { tenant: 'beta' })]
    const doors = await openTestDoors({ keys })
    const body = spanBody()
    for (const key of ['a', 'b']) {
      const headers = { authorization: `Bearer ${key}` }
      await send(`${doors.urls.otlpHttp}/v1/traces`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-protobuf' },
        body,
      })
      await call(doors.urls.otlpGrpc, EXPORT_TRACES, { headers, body })
    }
    expect(doors.consumer.consumed.map(({ request }) => request.tenant)).toEqual(['alpha', 'alpha', 'beta', 'beta'])
    await stop(doors)
  })
})

describe('addresses', () => {
  it('localhost is 127.0.0.1 and ::1 on the same port, for every door', async () => {
    const doors = await openTestDoors()
    for (const url of [doors.urls.page, doors.urls.otlpHttp, doors.urls.otlpGrpc]) {
      expect(url).toMatch(/^http:\/\/localhost:\d+$/)
      const { port } = new URL(url)
      for (const host of ['127.0.0.1', '::1']) expect(await isTaken(host, Number(port))).toBe(true)
    }
    await stop(doors)
  })

  it('a required port that is taken stops the start, names port and setting, and leaves nothing open', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    await expect(openTestDoors({ otlpHttpPort: port })).rejects.toMatchObject({
      code: 'DOOR_TAKEN',
      message: `127.0.0.1:${port} is taken by another program; stop it, or set otlp_http.port to another port`,
    })
    await new Promise((resolve) => taken.close(resolve))
  })

  it('a compatibility port that is taken stays closed, and the others open', async () => {
    const doors = await openTestDoors()
    const port = Number(new URL(doors.urls.page).port)
    const optional = new HttpDoor({
      name: 'zipkin',
      host: 'localhost',
      port,
      setting: 'zipkin.port',
      authorize: () => 'default',
      logger: pino({ level: 'silent' }),
    })
    const closed = await startDoors([{ door: optional, required: false }], pino({ level: 'silent' }))
    expect(closed.get(optional)?.message).toMatch(/is taken by another program; stop it, or set zipkin\.port/)
    expect(optional.url).toBe('')
    await stop(doors)
  })

  it('an address that is not of this machine is a wrong setting', async () => {
    await expect(openTestDoors({ httpHost: '203.0.113.7', insecure: true })).rejects.toMatchObject({
      code: 'SETTING_INVALID',
    })
  })
})

describe('checkExposure', () => {
  const elsewhere = { ...defaultSettings(), httpHost: '0.0.0.0' }

  it('refuses to listen beyond loopback without keys', () => {
    expect(() => checkExposure(elsewhere, [])).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }))
  })

  it('allows it with keys, or when told to be insecure, and always on loopback', () => {
    checkExposure(elsewhere, [keyEntry('secret')])
    checkExposure({ ...elsewhere, insecure: true }, [])
    for (const httpHost of ['localhost', '127.0.0.1', '127.1.2.3', '::1']) checkExposure({ ...elsewhere, httpHost }, [])
  })
})

async function stop(doors: TestDoors): Promise<void> {
  await doors.stop(0)
  doors.metrics.stop()
}

function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(true))
    probe.listen(port, host, () => probe.close(() => resolve(false)))
  })
}

/** ExportTraceServiceRequest with one span. */
function spanBody(): Uint8Array {
  const span = Buffer.concat([Buffer.from([0x0a, 16]), Buffer.alloc(16, 1), Buffer.from([0x12, 8]), Buffer.alloc(8, 2)])
  const wrap = (field: number, inner: Uint8Array) =>
    Buffer.concat([Buffer.from([(field << 3) | 2, inner.length]), inner])
  return wrap(1, wrap(2, wrap(2, span)))
}
