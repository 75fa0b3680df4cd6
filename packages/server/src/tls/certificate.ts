// Where a TLS door gets its certificate from, and what is checked of it before the door opens or changes it.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'

export interface Certificate {
  /** PEM: that of the server first, then those in between it and the one that callers trust. */
  readonly certificates: string
  /** PEM. */
  readonly key: string
}

export interface CertificateSource {
  /**
   * The certificate to use now; asked again every hour, so that one that was renewed is taken up without a restart.
   * Throws SETTING_INVALID with what is wrong with it, and where it was looked for.
   */
  load(): Promise<Certificate>
}

/** Of the PEM text, which is of the key if it is no certificate; undefined when it is neither. */
export function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

export function parseKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
