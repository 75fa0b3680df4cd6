import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hexFromBytes } from './ids.ts'
import { hexSpanId, hexTraceId, textSpanId, textTraceId, traceIdBytes } from './text-ids.ts'

/** FNV-1a spread over 32 bytes: no secret, but every text has its own. */
function hash(text: string): Uint8Array {
  const bytes = new Uint8Array(32)
  let state = 0x811c9dc5
  for (let round = 0; round < bytes.length; round++) {
    for (let i = 0; i < text.length; i++) state = Math.imul(state ^ (text.charCodeAt(i) + round), 0x01000193)
    bytes[round] = state >>> 24
  }
  return bytes
}

const TRACE = '0000000000000000463ac35c9f6413ad'

describe('ids as text', () => {
  it('are the id itself when they are 16 or 32 hex digits of any case', () => {
    expect(hexTraceId('463AC35C9F6413AD')).toBe(TRACE)
    expect(hexTraceId('5982fe77008310cc80f1da5e10147519')).toBe('5982fe77008310cc80f1da5e10147519')
    expect(hexSpanId('463aC35c9F6413ad')).toBe('463ac35c9f6413ad')
  })

  it.each([
    '123456',
    'ABC',
    '',
    '0000000000000000',
    '463ac35c9f6413ag',
    '463ac35c9f6413a',
    ' 63ac35c9f6413ad',
    '４63ac35c9f6413ad',
  ])('are text when they are %j', (text) => {
    expect(hexTraceId(text)).toBeUndefined()
    expect(hexSpanId(text)).toBeUndefined()
  })

  it('have 32 digits for a trace only', () => {
    expect(hexSpanId('5982fe77008310cc80f1da5e10147519')).toBeUndefined()
  })

  it('become 16 bytes for a trace and 8 for a span', () => {
    expect(textTraceId(hash, '123456')).toHaveLength(16)
    expect(textSpanId(hash, TRACE, 'ABC')).toHaveLength(8)
  })

  it('are the same for the same text, and others in another trace', () => {
    expect(textSpanId(hash, TRACE, 'ABC')).toEqual(textSpanId(hash, TRACE, 'ABC'))
    expect(textSpanId(hash, TRACE, 'ABC')).not.toEqual(textSpanId(hash, TRACE.replace('4', '5'), 'ABC'))
    expect(textTraceId(hash, 'abc')).not.toEqual(textTraceId(hash, 'ABC'))
  })

  it('give a trace id for every text', () => {
    expect(hexFromBytes(traceIdBytes(hash, '463AC35C9F6413AD'), 0, 16)).toBe(TRACE)
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(traceIdBytes(hash, text)).toHaveLength(16)
      }),
    )
  })
})
