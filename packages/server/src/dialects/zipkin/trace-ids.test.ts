import { describe, expect, it } from 'vitest'
import { lookUpId, zipkinTraceId } from './trace-ids.ts'

describe('a trace id', () => {
  it.each([
    ['1', '0000000000000001'],
    ['5af7183fb1d4cf5f', '5af7183fb1d4cf5f'],
    ['15af7183fb1d4cf5f', '000000000000000' + '15af7183fb1d4cf5f'],
    ['00000000000000005af7183fb1d4cf5f', '5af7183fb1d4cf5f'],
    ['48485a3953bb61245af7183fb1d4cf5f', '48485a3953bb61245af7183fb1d4cf5f'],
  ])('%s is %s', (text, id) => {
    expect(zipkinTraceId(text)).toBe(id)
  })

  it.each([
    ['', 'traceId is empty'],
    ['1'.repeat(33), 'traceId.length > 32'],
    ['5AF7183FB1D4CF5F', '5AF7183FB1D4CF5F should be lower-hex encoded with no prefix'],
    ['0x1', '0x1 should be lower-hex encoded with no prefix'],
    ['0000', 'traceId is all zeros'],
  ])('%j is none', (text, message) => {
    expect(() => zipkinTraceId(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message }))
  })

  it('of 64 bits is itself alone, or loosely the low half of any', () => {
    expect(lookUpId('5af7183fb1d4cf5f', true)).toBe('00000000000000005af7183fb1d4cf5f')
    expect(lookUpId('48485a3953bb61245af7183fb1d4cf5f', false)).toBe('5af7183fb1d4cf5f')
  })
})
