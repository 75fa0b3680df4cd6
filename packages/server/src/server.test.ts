// The whole server in this process, on a real store: what goes in at a door comes out at another.
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePorts } from './config/doors.ts'
import { defaultSettings, type Settings } from './config/settings.ts'
import { jsonSpans, protobufSpans } from './dialects/otlp/otlp-samples-contract.ts'
import { call, send } from './doors-contract.ts'
import { type RunningServer, startServer } from './server.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'

describe('startServer', () => {
  let dataDir: string
  const running: RunningServer[] = []
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'clew-server-'))
  })
  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop()
    await rm(dataDir, { recursive: true })
  })

  async function start(settings: Partial<Settings> = {}): Promise<RunningServer> {
    const server = await startServer(
      { ...defaultSettings(), ...freePorts(), dataDir, diskReserveBytes: 0, ...settings },
      { logger: pino({ level: 'silent' }), webRoot: '/nowhere' },
    )
    running.push(server)
    return server
  }

  const postJson = (server: RunningServer) =>
    send(`${server.urls.otlpHttp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: jsonSpans(1),
    })

  async function spansOfTrace(server: RunningServer): Promise<number> {
    const answer = await send(`${server.urls.page}/clew/v1/traces/${TRACE}`)
    return answer.status === 404 ? 0 : JSON.parse(answer.body.toString()).spans.length
  }

  it('keeps what it took over a stop, and counts what it takes', async () => {
    const first = await start()
    expect((await postJson(first)).status).toBe(200)
    expect((await call(first.urls.otlpGrpc, EXPORT, { body: protobufSpans(3) })).code).toBe(0)
    const ingest = JSON.parse((await send(`${first.urls.page}/clew/v1/ingest`)).body.toString())
    expect(ingest).toMatchObject({ spansAccepted: 4, requests: 2, insecure: false })
    expect(ingest.listening).toEqual(
      expect.arrayContaining([
        { door: 'otlp-http', url: `${first.urls.otlpHttp}/v1/traces` },
        { door: 'otlp-grpc', url: first.urls.otlpGrpc },
      ]),
    )
    await first.stop()
    await first.stop()

    const second = await start()
    expect(await spansOfTrace(second)).toBe(3)
    const readiness = JSON.parse((await send(`${second.urls.page}/readyz`)).body.toString())
    expect(readiness).toMatchObject({
      ready: true,
      checks: {
        journal: { ok: true },
        replay: { ok: true, detail: 'done' },
        engine: { ok: true },
        quarantine: { ok: true },
      },
    })
    expect((await send(`${second.urls.page}/metrics`)).body.toString()).toContain('clew_ready 1')
  })

  it('stores a request once that is sent again after a restart', async () => {
    const first = await start()
    await postJson(first)
    await first.stop()
    const second = await start()
    expect((await postJson(second)).status).toBe(200)
    expect(JSON.parse((await send(`${second.urls.page}/clew/v1/ingest`)).body.toString()).spansAccepted).toBe(0)
  })

  it('does not share a data folder, and leaves the one that has it alone', async () => {
    const first = await start()
    await expect(start()).rejects.toMatchObject({ code: 'DATA_FOLDER_LOCKED' })
    expect((await postJson(first)).status).toBe(200)
  })

  it('lets go of the folder when a door is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    await expect(start({ httpPort: (other.address() as AddressInfo).port })).rejects.toMatchObject({
      code: 'DOOR_TAKEN',
    })
    await new Promise((resolve) => other.close(resolve))
    await start()
  })

  it('refuses to start open to everyone, before it touches the folder', async () => {
    await expect(start({ httpHost: '0.0.0.0', dataDir: '/nowhere' })).rejects.toMatchObject({ code: 'SETTING_INVALID' })
  })

  it('makes the first key where it is told to, and asks for it', async () => {
    const server = await start({ httpHost: '0.0.0.0', firstKey: true })
    const search = `${server.urls.page.replace('0.0.0.0', '127.0.0.1')}/clew/v1/search`
    expect((await send(search)).status).toBe(401)
    expect((await send(search, { headers: { authorization: `Bearer ${server.newKey}` } })).status).toBe(200)
  })
})
