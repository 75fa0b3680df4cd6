import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CertificateFiles } from './certificate-files.ts'
import { generateKeys, type Issued, issueAuthority } from './issue-certificate.ts'

describe('a certificate in files', () => {
  let folder: string
  let one: Issued
  let other: Issued
  const path = (name: string) => join(folder, name)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clew-cert-'))
    const period = { notBefore: new Date(), notAfter: new Date(Date.now() + 1e9) }
    one = issueAuthority('one', period, await generateKeys())
    other = issueAuthority('other', period, await generateKeys())
    await writeFile(path('one.pem'), one.certificate + other.certificate)
    await writeFile(path('one.key'), one.key)
    await writeFile(path('other.key'), other.key)
  })
  afterAll(() => rm(folder, { recursive: true }))

  const load = (cert: string, key: string) => new CertificateFiles({ cert: path(cert), key: path(key) }).load()

  it('is taken with the chain that follows it', async () => {
    expect(await load('one.pem', 'one.key')).toEqual({
      certificates: one.certificate + other.certificate,
      key: one.key,
    })
  })

  it.each([
    ['gone.pem', 'one.key', /^tls\.cert: expected a file that can be read, got .*gone\.pem: ENOENT/],
    ['one.pem', 'gone.key', /^tls\.key: expected a file that can be read, got .*gone\.key: ENOENT/],
    ['one.key', 'one.key', /^tls\.cert: expected a PEM certificate in .*one\.key, got none/],
    ['one.pem', 'one.pem', /^tls\.key: expected a PEM private key without a pass phrase in .*one\.pem, got none/],
    ['one.pem', 'other.key', /^tls\.key: expected the key of the first certificate in .*one\.pem, got another/],
  ])('%s with %s is a wrong setting, said with the file', async (cert, key, message) => {
    await expect(load(cert, key)).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      message: expect.stringMatching(message),
    })
  })
})
