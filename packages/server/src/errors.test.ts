import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ClewError } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { asClewError, ERRORS, retryAfterSeconds } from './errors.ts'
import { renderErrorReference } from './errors-reference.ts'

const PACKAGES = fileURLToPath(new URL('../../', import.meta.url))

describe('the table of errors', () => {
  it('holds only codes that something throws', () => {
    const sources = ['model/src', 'codecs/src', 'server/src'].flatMap((folder) => readSources(join(PACKAGES, folder)))
    const unused = Object.keys(ERRORS).filter((code) => !sources.some((text) => text.includes(`'${code}'`)))
    expect(unused).toEqual([])
  })

  it('gives every status that a sender may try again a time, and no other', () => {
    for (const [code, { httpStatus, retryable }] of Object.entries(ERRORS)) {
      // OTLP: only 429, 502, 503 and 504 are tried again; 408 is for HTTP clients.
      expect({ code, retryable }).toEqual({ code, retryable: [408, 429, 503, 504].includes(httpStatus) })
      const error = new ClewError(code as keyof typeof ERRORS, 'x', { retryAfterSeconds: 2.2 })
      expect(retryAfterSeconds(error)).toBe(retryable ? 3 : undefined)
    }
  })

  it('is all in the reference', () => {
    for (const code of Object.keys(ERRORS)) expect(renderErrorReference()).toContain(`| \`${code}\` |`)
  })
})

describe('asClewError', () => {
  it('keeps what was foreseen and hides the words of what was not', () => {
    const foreseen = new ClewError('NOT_FOUND', 'no such trace')
    expect(asClewError(foreseen)).toBe(foreseen)
    const cause = new TypeError('inner')
    expect(asClewError(cause)).toMatchObject({ code: 'INTERNAL', cause, message: expect.not.stringContaining('inner') })
  })
})

/** Every source but the tables of codes and the tests. */
function readSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        name.endsWith('.ts') &&
        !name.endsWith('.test.ts') &&
        !/(^|\/)(errors|error-code|doors-contract)\.ts$/.test(name),
    )
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}
