// A certificate that Clew makes for itself (`tls: auto`). Callers are told to trust an authority that is made once and
// kept in the data folder; the server's own certificate is signed by it and renewed as often as need be, so that no
// caller has to be told again.
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@clew/model'
import type { Logger } from '../telemetry/logger.ts'
import { type Certificate, type CertificateSource, parseCertificate, parseKey } from './certificate.ts'
import type { GenerateKeys, Issued, Period } from './issue-certificate.ts'

/** Loaded when a certificate is to be made: nearly every start does without. */
const issuing = () => import('./issue-certificate.ts')

export interface OwnCertificateOptions {
  /** In the data folder; made when it is missing. */
  readonly folder: string
  /** Host names and IP addresses that callers use. */
  readonly names: readonly string[]
  readonly clock: Clock
  readonly logger: Pick<Logger, 'info' | 'warn'>
  readonly generateKeys?: GenerateKeys
}

const DAY_MS = 86_400_000
/** Longer than any caller should have to wait for trust to end by itself; a new one must be told to all of them. */
const AUTHORITY_DAYS = 3_650
/** No more than Apple's clients take of a server (support.apple.com/HT211025). */
const SERVER_DAYS = 397
const RENEWED_BEFORE_DAYS = 30
/** A caller's clock may be behind. */
const BACKDATED_MS = DAY_MS

export class OwnCertificate implements CertificateSource {
  /** What callers are told to trust: PEM. */
  readonly authorityPath: string
  readonly #options: OwnCertificateOptions
  readonly #generateKeys: GenerateKeys | undefined

  constructor(options: OwnCertificateOptions) {
    this.#options = options
    this.#generateKeys = options.generateKeys
    this.authorityPath = join(options.folder, 'authority.pem')
  }

  async load(): Promise<Certificate> {
    const { folder } = this.#options
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const authority = await this.#takeAuthority()
    const kept = await readPair(join(folder, 'server.pem'), join(folder, 'server-key.pem'))
    const server = kept && this.#isGood(kept, authority) ? kept : await this.#renew(authority)
    return { certificates: server.certificate, key: server.key }
  }

  async #takeAuthority(): Promise<Issued> {
    const keyPath = join(this.#options.folder, 'authority-key.pem')
    const kept = await readPair(this.authorityPath, keyPath)
    // One that ends before what it would sign is of no more use. That it has begun does not matter: a clock that is wrong
    // for a while must not cost the trust of every client.
    if (kept && this.#lasts(SERVER_DAYS, kept)) return kept
    const name = `Clew, made ${this.#now().toISOString().slice(0, 10)}`
    const { generateKeys, issueAuthority } = await issuing()
    const keys = await (this.#generateKeys ?? generateKeys)()
    const authority = issueAuthority(name, this.#period(AUTHORITY_DAYS), keys)
    await writePair(authority, this.authorityPath, keyPath)
    this.#options.logger.warn(
      { path: this.authorityPath },
      'tls: a certificate authority was made; every client over TLS has to be told to trust it',
    )
    return authority
  }

  async #renew(authority: Issued): Promise<Issued> {
    const { folder, names, logger } = this.#options
    const { generateKeys, issueForServer } = await issuing()
    const keys = await (this.#generateKeys ?? generateKeys)()
    const server = issueForServer(names, this.#period(SERVER_DAYS), keys, authority)
    await writePair(server, join(folder, 'server.pem'), join(folder, 'server-key.pem'))
    logger.info({ names, days: SERVER_DAYS }, 'tls: a new certificate of the server was made')
    return server
  }

  #isGood(server: Issued, authority: Issued): boolean {
    const certificate = parseCertificate(server.certificate)!
    return (
      Date.parse(certificate.validFrom) <= this.#now().getTime() &&
      this.#lasts(RENEWED_BEFORE_DAYS, server) &&
      certificate.verify(parseCertificate(authority.certificate)!.publicKey) &&
      this.#options.names.every((name) => certificate.checkHost(name) ?? certificate.checkIP(name))
    )
  }

  #lasts(days: number, { certificate }: Issued): boolean {
    return this.#now().getTime() + days * DAY_MS <= Date.parse(parseCertificate(certificate)!.validTo)
  }

  #period(days: number): Period {
    const now = this.#now().getTime()
    return { notBefore: new Date(now - BACKDATED_MS), notAfter: new Date(now + days * DAY_MS) }
  }

  #now(): Date {
    return new Date(this.#options.clock.nowMs())
  }
}

/** Undefined when one is missing, damaged, or not the other's. */
async function readPair(certificatePath: string, keyPath: string): Promise<Issued | undefined> {
  const [certificate = '', key = ''] = await Promise.all(
    [certificatePath, keyPath].map((path) => readFile(path, 'utf8').catch(() => undefined)),
  )
  const parsedKey = parseKey(key)
  return parsedKey && parseCertificate(certificate)?.checkPrivateKey(parsedKey) ? { certificate, key } : undefined
}

/** The key first: a certificate that is there has its key. */
async function writePair({ certificate, key }: Issued, certificatePath: string, keyPath: string): Promise<void> {
  await writeWhole(keyPath, key, 0o600)
  await writeWhole(certificatePath, certificate, 0o644)
}

async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const written = `${path}.new`
  await writeFile(written, text, { mode, flush: true })
  // The mode above holds for a file that is new, which one left by a kill would not be.
  await chmod(written, mode)
  await rename(written, path)
}
