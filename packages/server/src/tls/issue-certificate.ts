// Writes X.509 certificates (RFC 5280) with keys of RSA 2048, which every TLS client there is can read, however old.
// node-forge puts the certificate together; keys and signatures are made by Node.
import { generateKeyPair, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import forge from 'node-forge'

export interface Issued {
  /** PEM. */
  readonly certificate: string
  /** PEM, PKCS #8. */
  readonly key: string
}

export interface Period {
  readonly notBefore: Date
  readonly notAfter: Date
}

interface Draft extends Period {
  readonly commonName: string
  readonly extensions: readonly object[]
}

/** PEM: SPKI and PKCS #8. */
export interface KeyPair {
  readonly publicKey: string
  readonly privateKey: string
}

export type GenerateKeys = () => Promise<KeyPair>

/** Takes about a tenth of a second, off the main thread. */
export const generateKeys: GenerateKeys = () =>
  promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

/** One that callers are told to trust: it signs others and itself. */
export function issueAuthority(commonName: string, period: Period, keys: KeyPair): Issued {
  const extensions = [
    // No further authority below it.
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]
  return issue({ ...period, commonName, extensions }, keys)
}

/** One for a server of these names, each a host name or an IP address, that its authority has signed. */
export function issueForServer(names: readonly string[], period: Period, keys: KeyPair, authority: Issued): Issued {
  const issuer = forge.pki.certificateFromPem(authority.certificate)
  const altNames = names.map((name) =>
    isIP(name) === 0 ? { type: ALT_NAME.dns, value: name } : { type: ALT_NAME.ip, ip: name },
  )
  const extensions = [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames },
    { name: 'subjectKeyIdentifier' },
    // Python 3.13 refuses chains without it.
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
  ]
  return issue({ ...period, commonName: 'Clew', extensions }, keys, authority)
}

/** GeneralName (RFC 5280 §4.2.1.6). */
const ALT_NAME = { dns: 2, ip: 7 } as const

function issue(draft: Draft, { publicKey, privateKey: key }: KeyPair, issuer?: Issued): Issued {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  // Positive, and not zero: a first byte below 0x80 (RFC 5280 §4.1.2.2).
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`
  certificate.validity.notBefore = draft.notBefore
  certificate.validity.notAfter = draft.notAfter
  const subject = [{ name: 'commonName', value: draft.commonName }]
  certificate.setSubject(subject)
  certificate.setIssuer(
    issuer === undefined ? subject : forge.pki.certificateFromPem(issuer.certificate).subject.attributes,
  )
  certificate.setExtensions([...draft.extensions])
  const signer = new NodeSigner(certificate, issuer?.key ?? key)
  certificate.sign(signer as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create())
  return { certificate: forge.pki.certificateToPem(certificate), key }
}

/** Stands in for a key of forge, whose own signature would hold up the event loop for a quarter of a second. */
class NodeSigner {
  readonly #certificate: forge.pki.Certificate
  readonly #key: string

  constructor(certificate: forge.pki.Certificate, key: string) {
    this.#certificate = certificate
    this.#key = key
  }

  sign(): string {
    const toBeSigned = forge.asn1.toDer(this.#certificate.tbsCertificate).getBytes()
    return sign('sha256', Buffer.from(toBeSigned, 'latin1'), this.#key).toString('latin1')
  }
}
