import { describe, expect, it } from 'vitest'
import { ClewError, DecodeError } from './error-code.ts'

describe('errors', () => {
  it('carry their code, cause and the time to try again', () => {
    const cause = new Error('disk')
    const error = new ClewError('OVERLOADED', 'no room', { cause, retryAfterSeconds: 2 })
    expect(error).toMatchObject({
      name: 'ClewError',
      code: 'OVERLOADED',
      message: 'no room',
      cause,
      retryAfterSeconds: 2,
    })
    expect(new ClewError('INTERNAL', 'x')).not.toHaveProperty('cause')
  })

  it('of decoding name the format and the place', () => {
    const error = new DecodeError('otlp json', 'resourceSpans[0]', 'expected an object')
    expect(error).toBeInstanceOf(ClewError)
    expect(error.message).toBe('otlp json: resourceSpans[0]: expected an object')
    expect(error).toMatchObject({ code: 'DECODE_FAILED', format: 'otlp json', at: 'resourceSpans[0]' })
  })
})
