// A certificate that somebody else issues and renews: two PEM files that the settings name.
import { readFile } from 'node:fs/promises'
import { ClewError } from '@clew/model'
import { type Certificate, type CertificateSource, parseCertificate, parseKey } from './certificate.ts'

export interface CertificatePaths {
  /** `tls.cert`: the server's certificate, then those between it and the one that callers trust. */
  readonly cert: string
  /** `tls.key`: its private key, without a pass phrase. */
  readonly key: string
}

export class CertificateFiles implements CertificateSource {
  readonly #paths: CertificatePaths

  constructor(paths: CertificatePaths) {
    this.#paths = paths
  }

  async load(): Promise<Certificate> {
    const paths = this.#paths
    const certificates = await read('tls.cert', paths.cert)
    const certificate = parseCertificate(certificates)
    if (certificate === undefined) throw wrong(`tls.cert: expected a PEM certificate in ${paths.cert}, got none`)
    const key = await read('tls.key', paths.key)
    const parsedKey = parseKey(key)
    if (parsedKey === undefined)
      throw wrong(`tls.key: expected a PEM private key without a pass phrase in ${paths.key}, got none`)
    if (!certificate.checkPrivateKey(parsedKey))
      throw wrong(`tls.key: expected the key of the first certificate in ${paths.cert}, got another in ${paths.key}`)
    return { certificates, key }
  }
}

async function read(setting: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw wrong(`${setting}: expected a file that can be read, got ${path}: ${(error as Error).message}`, error)
  }
}

function wrong(message: string, cause?: unknown): ClewError {
  return new ClewError('SETTING_INVALID', message, { cause })
}
