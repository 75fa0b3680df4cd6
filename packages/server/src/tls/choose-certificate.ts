// Which certificate the settings ask for, if any: without one the TLS door stays closed.
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@clew/model'
import type { Settings } from '../config/settings.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { CertificateSource } from './certificate.ts'
import { CertificateFiles } from './certificate-files.ts'
import { OwnCertificate } from './own-certificate.ts'

export interface CertificateParts {
  readonly settings: Settings
  /** Absolute. */
  readonly dataFolder: string
  readonly clock: Clock
  readonly logger: Logger
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1']
/** `http.host` may be these, which are nobody's name. */
const EVERY_ADDRESS = ['0.0.0.0', '::']

export function chooseCertificate({
  settings,
  dataFolder,
  clock,
  logger,
}: CertificateParts): CertificateSource | undefined {
  const { tlsMode, tlsCert: cert, tlsKey: key, tlsNames, httpHost } = settings
  if (tlsMode === 'auto') {
    const names = new Set([...LOOPBACK, httpHost, hostname().toLowerCase(), ...tlsNames])
    for (const address of EVERY_ADDRESS) names.delete(address)
    return new OwnCertificate({ folder: join(dataFolder, 'tls'), names: [...names], clock, logger })
  }
  return cert === '' ? undefined : new CertificateFiles({ cert, key })
}
