// A door that several dialects share, with real sockets: whose words an error is in, which limits are ours to say, and
// that a sender which is refused while it writes still reads why.
import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import type { ClewError } from '@clew/model'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuthorize } from '../access/keys.ts'
import { keyEntry, type Sent, send } from '../doors-contract.ts'
import { ByteBudget } from '../pipeline/byte-budget.ts'
import { HttpDoor } from './http-door.ts'
import { type BodyOptions, readBody } from './request-body.ts'

const MIB = 2 ** 20
const LIMIT = 100_000
const budget = new ByteBudget(64 * MIB)
let door: HttpDoor
let port: number

/** A dialect that has its own words for every error, and its own status for some. */
const relic = {
  paths: ['/relic', '/v1/accounts/'],
  renderError: (error: ClewError) => ({
    type: 'text/relic',
    body: Buffer.from(`relic ${error.code}`),
    ...(error.code === 'KEY_MISSING' ? { status: 418 } : {}),
  }),
}

beforeEach(async () => {
  door = new HttpDoor({
    name: 'test',
    host: 'localhost',
    port: 0,
    setting: 'test.port',
    logger: pino({ level: 'silent' }),
    authorize: createAuthorize({ keys: [keyEntry('secret')], keyless: false }),
  })
  door.own({ paths: ['/'] })
  door.own(relic)
  const readKey = (headers: Readonly<Record<string, unknown>>) => headers['x-license-key']?.toString()
  door.app.post('/relic/spans', { config: { right: 'write', readKey } }, (request) => take(request.raw))
  door.app.post('/lengthy', { config: { right: 'none' } }, (request) => take(request.raw, { isLengthRequired: true }))
  door.app.post('/zipped', { config: { right: 'none' } }, (request) =>
    take(request.raw, { encodings: ['gzip'], wireLimitBytes: 1_000 }),
  )
  door.app.get('/own', { config: { right: 'none' } }, () => 'own')
  door.app.get('/*', { config: { right: 'none' } }, () => 'page')
  await door.start()
  port = Number(new URL(door.url).port)
})
afterEach(async () => {
  await door.stop(0)
  expect(budget.used).toBe(0)
})

async function take(message: Parameters<typeof readBody>[0], options: Partial<BodyOptions> = {}): Promise<string> {
  const body = await readBody(message, { limitBytes: LIMIT, budget, ...options })
  body.release()
  return `took ${body.bytes.length}`
}

const KEY = { 'x-license-key': 'secret' }
const ask = (path: string, sent: Sent = {}) => send(`${door.url}${path}`, sent)
const post = (path: string, sent: Sent = {}) => ask(path, { method: 'POST', ...sent })

describe('a shared HTTP door', () => {
  it('answers errors in the words of who has the path, and with the status that is theirs', async () => {
    expect(await post('/relic/spans')).toMatchObject({
      status: 418,
      headers: { 'content-type': 'text/relic' },
      body: Buffer.from('relic KEY_MISSING'),
    })
    expect(await ask('/relic/nothing')).toMatchObject({ status: 404, body: Buffer.from('relic NOT_FOUND') })
    expect(await post('/v1/accounts/1/x')).toMatchObject({ status: 404, body: Buffer.from('relic NOT_FOUND') })
    for (const path of ['/relics', '/v1/accountsX', '/v1', '/nothing?/relic'])
      expect(JSON.parse((await post(path)).body.toString())).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('says 405 with the methods of a path, also where a page would answer', async () => {
    const refused = { status: 405, headers: { allow: 'POST' }, body: Buffer.from('relic METHOD_NOT_ALLOWED') }
    expect(await ask('/relic/spans?a=1')).toMatchObject(refused)
    expect(await ask('/relic/spans', { method: 'DELETE' })).toMatchObject(refused)
    expect(await ask('/lengthy')).toMatchObject({ status: 405, headers: { allow: 'POST' } })
    expect((await ask('/anything')).body.toString()).toBe('page')
    expect((await ask('/own')).body.toString()).toBe('own')
  })

  it('takes a key from where the dialect says', async () => {
    expect((await post('/relic/spans', { headers: KEY, body: 'four' })).body.toString()).toBe('took 4')
    expect((await post('/relic/spans', { headers: { 'x-clew-key': 'secret' } })).status).toBe(418)
  })

  it('asks for path, then method, then sizes, then the key', async () => {
    const long = `?${'x'.repeat(8_192)}`
    expect(await post(`/relic/none${long}`)).toMatchObject({ status: 404 })
    expect(await ask(`/relic/spans${long}`)).toMatchObject({ status: 405 })
    expect(await post(`/relic/spans${long}`)).toMatchObject({ status: 414, body: Buffer.from('relic URI_TOO_LONG') })
    expect(await post('/relic/spans')).toMatchObject({ status: 418 })
  })

  it('measures headers itself, far below what Node takes', async () => {
    const large = (chars: number) => post('/relic/spans', { headers: { ...KEY, 'x-large': 'x'.repeat(chars) } })
    expect((await large(16_000)).status).toBe(200)
    for (const chars of [16_400, 100_000])
      expect(await large(chars)).toMatchObject({ status: 431, body: Buffer.from('relic HEADERS_TOO_LARGE') })
    expect(await large(140_000)).toMatchObject({ status: 431 })
  })

  it('answers what is no request in the words of the path, where it can be read', async () => {
    expect(await rawAnswer('POST /relic/spans HTTP/1.1\r\nHost : x\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 .*relic REQUEST_MALFORMED$/s,
    )
    expect(await rawAnswer('\0\x01')).toMatch(/^HTTP\/1\.1 400 .*"code":"REQUEST_MALFORMED"}$/s)
  })

  it('answers 411 to HTTP/1.1 that says no length, and takes chunks', async () => {
    const head = 'POST /lengthy HTTP/1.1\r\nHost: localhost\r\n'
    expect(await rawAnswer(`${head}\r\n`)).toMatch(/^HTTP\/1\.1 411 Length Required.*LENGTH_MISSING/s)
    expect(await rawAnswer(`${head}Content-Length: 0\r\n\r\n`)).toMatch(/took 0$/)
    expect(await rawAnswer(`${head}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`)).toMatch(/took 2$/)
  })

  it('takes only the encodings of the dialect, and counts bytes on the wire apart from those they inflate to', async () => {
    const gzip = { 'content-encoding': 'gzip' }
    expect((await post('/zipped', { headers: gzip, body: gzipSync(Buffer.alloc(50_000)) })).body.toString()).toBe(
      'took 50000',
    )
    expect((await post('/zipped', { headers: gzip, body: gzipSync(Buffer.alloc(LIMIT + 1)) })).status).toBe(413)
    expect((await post('/zipped', { body: Buffer.alloc(1_001) })).status).toBe(413)
    expect((await post('/zipped', { body: Buffer.alloc(1_000) })).status).toBe(200)
    expect((await post('/zipped', { headers: { 'content-encoding': 'br' } })).status).toBe(415)
  })
})

describe('a sender that is refused while it writes', () => {
  it.each([{ 'content-length': String(20 * MIB) }, { 'transfer-encoding': 'chunked' }])(
    'reads the answer once it has written all, and may use the connection again (%o)',
    async (length) => {
      const socket = await writing(length)
      if ('content-length' in length) socket.write(Buffer.alloc(20 * MIB))
      else {
        for (let i = 0; i < 20; i++) socket.write(Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MIB), CRLF]))
        socket.write('0\r\n\r\n')
      }
      socket.end('GET /own HTTP/1.1\r\nHost: localhost\r\n\r\n')
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 .*HTTP\/1\.1 200 OK.*own$/s)
    },
  )

  it('loses the connection when it writes on without end', async () => {
    const socket = await writing({ 'transfer-encoding': 'chunked' })
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.on('error', () => {})
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MIB), CRLF])
    let written = 0
    while (!socket.destroyed && written < 1_000) {
      written++
      if (!socket.write(chunk)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed])
    }
    await closed
    expect(written).toBeGreaterThan(64)
    expect(written).toBeLessThan(200)
  })

  it('hears of it without writing at all when it says beforehand how much it would be', async () => {
    const request = httpRequest(`${door.url}/zipped`, { method: 'POST', headers: { 'content-length': 10 ** 10 } })
    request.flushHeaders()
    const response = await new Promise<{ statusCode?: number }>((resolve) => request.once('response', resolve))
    expect(response.statusCode).toBe(413)
    request.on('error', () => {}).destroy()
  })
})

const CRLF = Buffer.from('\r\n')

/** A connection on which a request for `/zipped`, which takes 1,000 bytes, has begun. */
async function writing(headers: Readonly<Record<string, string>>): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  await new Promise((resolve) =>
    socket.write(`POST /zipped HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}\r\n`, resolve),
  )
  return socket
}

/** All that the door says to these bytes. */
function rawAnswer(bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.end(bytes, 'latin1')
  return text(socket)
}

it('stops at once for connections that never brought a request, and for those between two', async () => {
  const unused = connect(port, '127.0.0.1')
  await new Promise((resolve) => unused.once('connect', resolve))
  const between = connect(port, '127.0.0.1')
  between.write('GET /own HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await new Promise((resolve) => between.once('data', resolve))
  await door.stop(60_000)
})
