// A port that speaks HTTP/1.1, HTTP/2 and gRPC, with real sockets: who gets a connection, and what of those that never
// say what they speak.
import { request as httpRequest } from 'node:http'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { createAuthorize } from '../access/keys.ts'
import { call, keyEntry, send } from '../doors-contract.ts'
import { readBody } from '../http/request-body.ts'
import { ByteBudget } from '../pipeline/byte-budget.ts'
import { protocolOf } from './first-bytes.ts'
import { SharedDoor, type SharedDoorOptions } from './shared-door.ts'

const MIB = 2 ** 20
const ECHO = '/test.Echo/Say'
const budget = new ByteBudget(64 * MIB)
let door: SharedDoor | undefined
let url = ''
let port = 0

async function open(options: Partial<SharedDoorOptions> = {}): Promise<void> {
  door = new SharedDoor({
    name: 'test',
    host: 'localhost',
    port: 0,
    setting: 'test.port',
    logger: pino({ level: 'silent' }),
    authorize: createAuthorize({ keys: [keyEntry('secret')], keyless: true }),
    limitBytes: 16 * MIB,
    budget,
    methods: { [ECHO]: { kind: 'unary', right: 'write', call: async (request) => request } },
    ...options,
  })
  door.app.post('/echo', { config: { right: 'write' } }, async (request, reply) => {
    const body = await readBody(request.raw, { limitBytes: 16 * MIB, budget })
    try {
      return await reply.type('application/octet-stream').send(Buffer.from(body.bytes))
    } finally {
      body.release()
    }
  })
  await door.start()
  url = door.url
  port = Number(new URL(url).port)
}

afterEach(async () => {
  await door?.stop(0)
  door = undefined
  // A connection that was cut gives its room back once its close has been heard of.
  await expect.poll(() => budget.used).toBe(0)
})

describe('protocolOf', () => {
  it('knows HTTP/2 by its preface, and calls anything else HTTP/1.1', () => {
    const of = (start: string) => protocolOf(Buffer.from(start, 'latin1'))
    expect(of('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')).toBe('http2')
    for (const start of ['POST /', 'P\0', 'PRIX', 'PUT', '\x16\x03\x01', '\n']) expect(of(start)).toBe('http1')
    for (const start of ['', 'P', 'PR', 'PRI']) expect(of(start)).toBeUndefined()
  })
})

describe('a shared door', () => {
  it('serves the same route over HTTP/1.1 and HTTP/2, and gRPC, on both loopback addresses', async () => {
    await open()
    for (const host of ['127.0.0.1', '[::1]']) {
      const url = `http://${host}:${port}`
      expect((await send(`${url}/echo`, { method: 'POST', body: 'one' })).body.toString()).toBe('one')
      expect(await sendHttp2(url, { body: 'two' })).toMatchObject({ status: 200, body: 'two' })
      expect((await call(url, ECHO, { body: Buffer.from('three') })).body?.toString()).toBe('three')
    }
  })

  it('carries large bodies over either', async () => {
    await open()
    const body = Buffer.alloc(12 * MIB, 'clew')
    expect((await send(`${url}/echo`, { method: 'POST', body })).body.equals(body)).toBe(true)
    expect((await sendHttp2(url, { body })).body).toBe(body.toString())
    expect((await call(url, ECHO, { body })).body?.equals(body)).toBe(true)
  })

  it('takes requests of HTTP/1.1 that come in the same packet, or byte by byte', async () => {
    await open()
    const one = 'POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi'
    const both = await answersTo(one + one)
    expect(both.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    for (const byte of `${one.replace('Host', 'Connection: close\r\nHost')}`) {
      await new Promise((resolve) => socket.write(byte, resolve))
    }
    expect(await text(socket)).toMatch(/200 OK.*hi$/s)
  })

  it('takes a preface of HTTP/2 that comes byte by byte', async () => {
    await open()
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    for (const byte of 'PRI') await new Promise((resolve) => socket.write(byte, resolve))
    socket.write(Buffer.from(' * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1'))
    // A SETTINGS frame (type 4) is the first that a server sends (RFC 9113 §3.4).
    const frame = await new Promise<Buffer>((resolve) => socket.once('data', resolve))
    expect(frame[3]).toBe(4)
    socket.destroy()
  })

  it('refuses foreign host names over HTTP/2 as over HTTP/1.1, and asks for known keys', async () => {
    await open()
    expect(await sendHttp2(url, { headers: { ':authority': 'evil.example' } })).toMatchObject({ status: 403 })
    expect(await sendHttp2(url, { headers: { authorization: 'Bearer guess' } })).toMatchObject({ status: 401 })
    expect(await sendHttp2(url, { headers: { authorization: 'Bearer secret' } })).toMatchObject({ status: 200 })
  })

  it('has the same limits and refusals over HTTP/2', async () => {
    await open()
    const refused = [
      [{ 'x-large': 'x'.repeat(20_000) }, 431],
      [{ ':path': `/echo?${'x'.repeat(9_000)}` }, 414],
      [{ ':path': '/nothing' }, 404],
      [{ ':method': 'GET' }, 405],
      [{ ':path': '*', ':method': 'OPTIONS' }, 404],
    ] as const
    for (const [headers, status] of refused) expect(await sendHttp2(url, { headers })).toMatchObject({ status })
    expect(await sendHttp2(url, { body: Buffer.alloc(17 * MIB) })).toMatchObject({ status: 413 })
    expect(await sendHttp2(url, { headers: { expect: '100-continue' }, body: 'on' })).toMatchObject({ body: 'on' })
  })

  it('is no tunnel', async () => {
    await open()
    const session = connectHttp2(url)
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'localhost:1' })
    const status = await new Promise((resolve) => stream.once('response', (headers) => resolve(headers[':status'])))
    expect(status).toBe(405)
    session.destroy()
    expect(await sendHttp2(url, { body: 'on' })).toMatchObject({ body: 'on' })
  })

  it('closes a stream that writes on without end after it was refused', async () => {
    await open()
    const session = connectHttp2(url)
    const stream = session.request({ ':method': 'POST', ':path': '/nothing' }, { endStream: false }).resume()
    const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()))
    stream.on('error', () => {})
    const chunk = Buffer.alloc(MIB)
    let written = 0
    while (!stream.closed && written < 1_000) {
      written++
      if (!stream.write(chunk)) await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), closed])
    }
    await closed
    expect(written).toBeLessThan(200)
    expect(session.destroyed).toBe(false)
    session.destroy()
  })

  it('stays with HTTP/1.1 for a client that offers to change to HTTP/2 within it', async () => {
    await open()
    const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'
    expect(await answersTo(`POST /echo HTTP/1.1\r\nHost: localhost\r\n${upgrade}Content-Length: 2\r\n\r\nhi`)).toMatch(
      /^HTTP\/1\.1 200 OK.*hi$/s,
    )
  })

  it('answers what is no HTTP at all', async () => {
    await open()
    expect(await answersTo('\x16\x03\x01\x02\0')).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('closes connections that say nothing, too little, or leave half open, and keeps serving a thousand others', async () => {
    await open({ firstBytesMs: 50 })
    const silent = await Promise.all(Array.from({ length: 1_000 }, () => connected()))
    const [tooLittle, halfOpen] = [await connected(), await connected()]
    tooLittle.write('PR')
    halfOpen.end('P')
    const closed = [...silent, tooLittle, halfOpen].map((socket) => closing(socket))
    expect((await send(`${url}/echo`, { method: 'POST', body: 'on' })).body.toString()).toBe('on')
    await Promise.all(closed)
  })

  it('ends a connection of HTTP/2 whose client has closed its half', async () => {
    await open()
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1')
    await closing(socket)
  })

  it('stops at once for connections that are undecided or idle, after the answer for those that are not', async () => {
    await open({
      methods: {
        [ECHO]: {
          kind: 'unary',
          right: 'write',
          call: (request) => new Promise((resolve) => begin(() => resolve(request))),
        },
      },
    })
    let begin = (_finish: () => void) => {}
    const started = new Promise<() => void>((resolve) => {
      begin = resolve
    })
    const silent = await connected()
    const idle = connectHttp2(url)
    await new Promise((resolve) => idle.once('remoteSettings', resolve))
    const running = call(url, ECHO, { body: Buffer.from('last') })
    const finish = await started
    const ends = [closing(silent), new Promise((resolve) => idle.once('close', resolve))]
    const stopped = door?.stop(10_000)
    await Promise.all(ends)
    finish()
    expect((await running).body?.toString()).toBe('last')
    await stopped
    expect(await connected().catch((error) => error.code)).toBe('ECONNREFUSED')
  })

  it('does not wait for a client of HTTP/2 that never closes its half longer than the grace', async () => {
    await open()
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {})
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1')
    await new Promise((resolve) => socket.once('data', resolve))
    await door?.stop(20)
    socket.destroy()
  })

  it('does not wait for a request that never ends longer than the grace', async () => {
    await open()
    const request = httpRequest(`${url}/echo`, { method: 'POST' })
    request.write('half')
    const broken = new Promise((resolve) => request.once('error', resolve))
    const session = connectHttp2(url)
    session.on('error', () => {})
    const stream = session.request({ ':method': 'POST', ':path': '/echo' }, { endStream: false })
    stream.on('error', () => {})
    stream.write('half')
    await expect.poll(() => budget.used).toBeGreaterThan(0)
    await door?.stop(20)
    await broken
  })
})

function connected(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).on('error', reject)
  })
}

function closing(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve()
  return new Promise((resolve) => socket.once('close', () => resolve()).resume())
}

/** Everything the door says to these bytes until it closes the connection, which it does once we have closed our half. */
function answersTo(bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.end(bytes, 'latin1')
  return text(socket)
}

interface Http2Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

async function sendHttp2(url: string, { headers = {}, body = '' }: Http2Sent) {
  const session: ClientHttp2Session = connectHttp2(url)
  try {
    const stream = session.request({ ':method': 'POST', ':path': '/echo', ...headers }, { endStream: body === '' })
    const status = new Promise((resolve, reject) =>
      stream.on('response', (answered) => resolve(answered[':status'])).on('error', reject),
    )
    if (body !== '') stream.end(body)
    return { status: await status, body: await text(stream) }
  } finally {
    session.close()
  }
}
