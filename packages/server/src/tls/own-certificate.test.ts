import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { generateKeys, type KeyPair } from './issue-certificate.ts'
import { OwnCertificate } from './own-certificate.ts'
import { trustSettings } from './trust-settings.ts'

const DAY_MS = 86_400_000
const NAMES = ['localhost', '127.0.0.1', '::1', 'clew_1.example']
const run = promisify(execFile)
const MADE_MS = Math.floor(Date.now() / 1000) * 1000
let keys: KeyPair[] = []
let made: string
let folder: string
let nowMs: number

// Keys take their time, so a few are made for all.
beforeAll(async () => {
  keys = await Promise.all([generateKeys(), generateKeys(), generateKeys()])
  folder = await mkdtemp(join(tmpdir(), 'clew-tls-'))
  nowMs = MADE_MS
  made = folder
  await load()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-tls-'))
  nowMs = MADE_MS
  await cp(made, folder, { recursive: true })
})
afterEach(() => rm(folder, { recursive: true }))
afterAll(() => rm(made, { recursive: true }))

const source = (names: readonly string[] = NAMES) =>
  new OwnCertificate({
    folder,
    names,
    clock: { nowMs: () => nowMs },
    logger: pino({ level: 'silent' }),
    async generateKeys() {
      keys.push(keys.shift()!)
      return keys[0]!
    },
  })
const load = async (names?: readonly string[]) => {
  const { certificates } = await source(names).load()
  return new X509Certificate(certificates)
}
const authority = async () => new X509Certificate(await readFile(join(folder, 'authority.pem')))

describe('a certificate of our own', () => {
  it('is for its names alone, for a server alone, and signed by the authority that is kept', async () => {
    const certificate = await load()
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:clew_1.example',
    )
    expect(certificate.ca).toBe(false)
    // id-kp-serverAuth
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(certificate.verify((await authority()).publicKey)).toBe(true)
    expect((await authority()).ca).toBe(true)
    expect(Date.parse(certificate.validFrom)).toBe(nowMs - DAY_MS)
    expect(Date.parse(certificate.validTo)).toBe(nowMs + 397 * DAY_MS)
  })

  it('keeps its keys from everybody else', async () => {
    await load()
    for (const name of ['server-key.pem', 'authority-key.pem'])
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
  })

  it('stays the same while it is good', async () => {
    const first = await load()
    nowMs += 366 * DAY_MS
    expect((await load()).serialNumber).toBe(first.serialNumber)
    expect((await load(['localhost'])).serialNumber).toBe(first.serialNumber)
  })

  it('is renewed a month before it ends, under the same authority, so that nobody has to trust anew', async () => {
    const [first, before] = [await load(), await authority()]
    nowMs += 368 * DAY_MS
    const second = await load()
    expect(second.serialNumber).not.toBe(first.serialNumber)
    expect(Date.parse(second.validTo)).toBe(nowMs + 397 * DAY_MS)
    expect((await authority()).fingerprint256).toBe(before.fingerprint256)
  })

  it('is renewed for a name that it does not have', async () => {
    await load()
    const renewed = await load([...NAMES, '10.0.0.7'])
    expect(renewed.checkIP('10.0.0.7')).toBe('10.0.0.7')
  })

  it('gets a new authority before that one could not sign for a whole year any more', async () => {
    await load()
    const first = await authority()
    nowMs += (3_650 - 396) * DAY_MS
    const certificate = await load()
    const second = await authority()
    expect(second.fingerprint256).not.toBe(first.fingerprint256)
    expect(certificate.verify(second.publicKey)).toBe(true)
  })

  it('keeps the authority through a clock that is behind for a while', async () => {
    const before = await authority()
    nowMs = Date.UTC(1990, 0)
    expect(Date.parse((await load()).validTo)).toBe(nowMs + 397 * DAY_MS)
    nowMs = MADE_MS
    expect(Date.parse((await load()).validTo)).toBe(nowMs + 397 * DAY_MS)
    expect((await authority()).fingerprint256).toBe(before.fingerprint256)
  })

  it.each([
    ['gone', 'server.pem', (path: string) => rm(path)],
    ['damaged', 'server-key.pem', (path: string) => writeFile(path, 'no PEM')],
    ['damaged', 'authority.pem', (path: string) => writeFile(path, 'no PEM')],
    ['gone', 'authority-key.pem', (path: string) => rm(path)],
  ])('makes good what is %s: %s', async (_how, name, spoil) => {
    await spoil(join(folder, name))
    expect((await load()).verify((await authority()).publicKey)).toBe(true)
  })

  it('is what OpenSSL calls a proper chain, at its strictest', async () => {
    const paths = [join(folder, 'authority.pem'), join(folder, 'server.pem')] as const
    const { stdout } = await run('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', ...paths])
    expect(stdout).toMatch(/: OK\n$/)
  })
})

it('tells each client what to set', () => {
  const lines = trustSettings('/data/tls/authority.pem')
  for (const setting of [
    'NODE_EXTRA_CA_CERTS',
    'SSL_CERT_FILE',
    'REQUESTS_CA_BUNDLE',
    'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH',
  ])
    expect(lines.filter((line) => line.endsWith(` ${setting}=/data/tls/authority.pem`))).toHaveLength(1)
  expect(lines.some((line) => line.includes('javax.net.ssl.trustStore'))).toBe(true)
})
