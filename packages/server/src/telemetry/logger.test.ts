import { describe, expect, it } from 'vitest'
import { renderLine } from './logger.ts'

describe('renderLine', () => {
  it('shows time, level, message and the rest as fields', () => {
    const line = JSON.stringify({
      level: 40,
      time: '2026-11-22T07:48:49.239Z',
      msg: 'this door stays closed',
      door: 'zipkin',
      port: 9411,
    })
    expect(renderLine(line)).toBe('07:48:49.239 warn  this door stays closed  door=zipkin  port=9411')
  })

  it('shows the stack of an error below', () => {
    const line = JSON.stringify({
      level: 50,
      time: '2026-11-22T07:48:49.239Z',
      msg: 'failed',
      err: { type: 'Error', stack: 'Error: x\n    at y' },
    })
    expect(renderLine(line)).toBe('07:48:49.239 error failed\nError: x\n    at y')
  })
})
