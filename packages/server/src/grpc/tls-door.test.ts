// The TLS door with real sockets: HTTP/1.1, HTTP/2 and gRPC by ALPN, callers that break off or never finish a handshake,
// and a certificate that is renewed while it is open.
import { X509Certificate } from 'node:crypto'
import { connect as connectHttp2 } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { Client, credentials } from '@grpc/grpc-js'
import { pino } from 'pino'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAuthorize } from '../access/keys.ts'
import { ByteBudget } from '../pipeline/byte-budget.ts'
import type { Certificate } from '../tls/certificate.ts'
import { generateKeys, type Issued, issueAuthority, issueForServer } from '../tls/issue-certificate.ts'
import { SharedDoor, type SharedDoorOptions } from './shared-door.ts'

const ECHO = '/test.Echo/Say'
const YEAR = { notBefore: new Date(Date.now() - 1e7), notAfter: new Date(Date.now() + 3e10) }

let authority: Issued
let first: Issued
let second: Issued
let current: () => Promise<Certificate>
let door: SharedDoor | undefined
let port: number

beforeAll(async () => {
  authority = issueAuthority('test', YEAR, await generateKeys())
  const issue = async () => issueForServer(['localhost', '127.0.0.1'], YEAR, await generateKeys(), authority)
  ;[first, second] = await Promise.all([issue(), issue()])
})
beforeEach(() => {
  current = async () => ({ certificates: first.certificate, key: first.key })
})
afterEach(async () => {
  await door?.stop(0)
  door = undefined
})

async function open(options: Partial<SharedDoorOptions> = {}): Promise<SharedDoor> {
  const opened = new SharedDoor({
    name: 'tls',
    host: 'localhost',
    port: 0,
    setting: 'tls.port',
    logger: pino({ level: 'silent' }),
    authorize: createAuthorize({ keys: [], keyless: true }),
    limitBytes: 1_000_000,
    budget: new ByteBudget(1_000_000),
    methods: { [ECHO]: { kind: 'unary', right: 'write', call: async (request) => request } },
    certificate: { load: () => current() },
    ...options,
  })
  opened.app.get('/hello', { config: { right: 'none' } }, ({ raw }) => `hello ${raw.httpVersion}`)
  await opened.start()
  door = opened
  port = Number(new URL(opened.url).port)
  return opened
}

describe('a TLS door', () => {
  it('speaks HTTP/1.1, HTTP/2 and gRPC on one port, and each to who asks for it', async () => {
    expect((await open()).url).toMatch(/^https:\/\/localhost:\d+$/)
    expect(await getHttp1()).toBe('hello 1.1')
    expect(await getHttp2()).toBe('hello 2.0')
    expect(await say('hi')).toBe('hi')
  })

  it('speaks HTTP/1.1 to a client that names no protocol, over TLS 1.2 too, and nothing older', async () => {
    await open()
    const old = await secure({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })
    expect(old.alpnProtocol).toBe(false)
    old.end('GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect(await text(old)).toMatch(/hello 1\.1$/)
    // Level 0: a client that may speak 1.1 at all.
    const older = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    await expect(secure(older)).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_SSL|ECONNRESET/) })
  })

  it('refuses foreign host names as every door does', async () => {
    await open()
    expect(await getHttp1({ host: 'evil.example' })).toContain('HOST_FORBIDDEN')
    expect(await getHttp2({ ':authority': 'evil.example' })).toContain('HOST_FORBIDDEN')
  })

  it('closes on who speaks no TLS, breaks off, or does not finish its handshake, and serves on', async () => {
    await open({ handshakeMs: 50 })
    const plain = await connected()
    plain.end('GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const silent = await Promise.all(Array.from({ length: 100 }, () => connected()))
    const begun = await connected()
    // The head of a ClientHello, and no more of it.
    begun.write(Buffer.from('1603010200010001fc0303', 'hex'))
    const brokenOff = await connected()
    brokenOff.resetAndDestroy()
    await Promise.all([plain, begun, ...silent].map(closing))
    expect(await getHttp1()).toBe('hello 1.1')
  })

  it('goes on with a renewed certificate without a restart, and with the last one when the new one is bad', async () => {
    const opened = await open()
    const serial = async () => new X509Certificate((await secure()).getPeerCertificate().raw).serialNumber
    const before = await serial()
    expect(before).toBe(new X509Certificate(first.certificate).serialNumber)
    const kept = await secure()

    current = async () => ({ certificates: second.certificate, key: second.key })
    await opened.renew()
    expect(await serial()).toBe(new X509Certificate(second.certificate).serialNumber)
    kept.end('GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect(await text(kept)).toMatch(/hello 1\.1$/)
    // A new certificate must not bring older protocols back, nor lose HTTP/2.
    expect(await getHttp2()).toBe('hello 2.0')

    current = () => Promise.reject(new Error('gone'))
    await opened.renew()
    current = async () => ({ certificates: second.certificate, key: first.key })
    await opened.renew()
    expect(await serial()).toBe(new X509Certificate(second.certificate).serialNumber)
  })

  it('does not open without a certificate, and says what is wrong with it', async () => {
    current = () => Promise.reject(new Error('no such file'))
    await expect(open()).rejects.toThrow('no such file')
  })

  it('stops at once for who has not finished a handshake, and for idle connections of either protocol', async () => {
    const opened = await open()
    const begun = await connected()
    begun.write(Buffer.from('160301', 'hex'))
    const idle = await secure()
    const session = connectHttp2(opened.url, { ca: authority.certificate })
    await new Promise((resolve) => session.once('remoteSettings', resolve))
    const ends = [closing(begun), closing(idle), new Promise((resolve) => session.once('close', resolve))]
    await opened.stop(60_000)
    await Promise.all(ends)
  })
})

function secure(options: Partial<Parameters<typeof connectTls>[1]> & object = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: 'localhost', ca: authority.certificate, ...options }, () => resolve(socket))
    socket.on('error', reject)
  })
}

function connected(): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).on('error', () => {})
  })
}

function closing(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve()
  return new Promise((resolve) => socket.once('close', () => resolve()).resume())
}

function getHttp1(headers: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { ca: authority.certificate, servername: 'localhost', headers, agent: false }
    httpsRequest(`https://localhost:${port}/hello`, options, (response) => resolve(text(response)))
      .on('error', reject)
      .end()
  })
}

async function getHttp2(headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const session = connectHttp2(`https://localhost:${port}`, { ca: authority.certificate })
  try {
    return await text(session.request({ ':path': '/hello', ...headers }))
  } finally {
    session.close()
  }
}

function say(words: string): Promise<string> {
  const client = new Client(`localhost:${port}`, credentials.createSsl(Buffer.from(authority.certificate)))
  const identity = (bytes: Buffer) => bytes
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(ECHO, identity, identity, Buffer.from(words), (error, answer) => {
      client.close()
      if (error) reject(error)
      else resolve(String(answer))
    })
  })
}
