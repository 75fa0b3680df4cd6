import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkLoopbackHost, isLoopback } from './host.ts'
import { createAuthorize, createKey, hashKey, shownKey } from './keys.ts'

// What every door does with keys and hosts is in doors-contract.ts; here is what only a part can show.

describe('createAuthorize', () => {
  const keys = [{ name: 'ci', sha256: hashKey('secret'), tenant: 'shop', access: 'write' as const }]

  it('takes a key that is shown on loopback at its word once keys are configured', () => {
    const authorize = createAuthorize({ keys, keyless: true })
    expect(authorize(undefined, 'write')).toBe('default')
    expect(authorize('secret', 'write')).toBe('shop')
    expect(() => authorize('guess', 'write')).toThrow(expect.objectContaining({ code: 'KEY_UNKNOWN' }))
  })

  it('names the key and the missing right, never the key itself', () => {
    const authorize = createAuthorize({ keys, keyless: false })
    expect(() => authorize('secret', 'read')).toThrow(
      expect.objectContaining({
        code: 'KEY_FORBIDDEN',
        message: 'key "ci": expected a key that may read, got write only',
      }),
    )
  })

  it('lets nothing in but the one key', () => {
    const authorize = createAuthorize({ keys, keyless: false })
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(text.trim() !== 'secret')
        for (const authorization of [text, `Bearer ${text}`])
          expect(() => authorize(shownKey({ authorization }, '/'), 'write')).toThrow()
      }),
    )
  })
})

describe('shownKey', () => {
  it('reads every header that a dialect uses, whatever the case of the scheme', () => {
    for (const headers of [
      { authorization: 'bearer k' },
      { authorization: 'BEARER  k ' },
      { authorization: 'k' },
      { authorization: `Basic ${btoa('user:k')}` },
      { 'api-key': 'k' },
      { 'x-api-key': ['k', 'other'] },
    ])
      expect(shownKey(headers, '/')).toBe('k')
    expect(shownKey({}, '/')).toBeUndefined()
  })
})

describe('createKey', () => {
  it('makes another key each time, of characters that fit any header', () => {
    expect(createKey()).toMatch(/^clew_[\w-]{32}$/)
    expect(createKey()).not.toBe(createKey())
  })
})

describe('loopback', () => {
  it('is what only this machine reaches', () => {
    for (const host of ['localhost', '127.0.0.1', '127.255.0.1', '::1']) expect(isLoopback(host)).toBe(true)
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', 'example', ''])
      expect(isLoopback(host)).toBe(false)
  })

  it('answers to every name that only this machine has, with a port or without', () => {
    for (const host of [
      'localhost',
      'LOCALHOST:2539',
      '127.0.0.1:2539',
      '127.0.0.2',
      '[::1]:2539',
      '[::1]',
      '::1:2539',
    ])
      expect(() => checkLoopbackHost(host), host).not.toThrow()
    for (const host of ['clew.example', '127.0.0.1.evil.example:2539', '10.0.0.1', '[::2]:2539', ''])
      expect(() => checkLoopbackHost(host), host).toThrow(expect.objectContaining({ code: 'HOST_FORBIDDEN' }))
  })

  it('asks for a Host at all', () => {
    expect(() => checkLoopbackHost(undefined)).toThrow(expect.objectContaining({ code: 'HOST_FORBIDDEN' }))
  })
})
