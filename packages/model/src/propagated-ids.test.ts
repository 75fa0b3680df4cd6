import { describe, expect, it } from 'vitest'
import { readTypedId } from './propagated-ids.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

describe('an id that a person typed', () => {
  it.each([
    ['all 32 digits', TRACE, TRACE, undefined],
    ['digits in upper case with blanks around', `  ${TRACE.toUpperCase()}\n`, TRACE, undefined],
    ['64 bits', SPAN, SPAN, undefined],
    ['a short Jaeger id', '3b4c', '3b4c', undefined],
    ['digits alone', '123456', '123456', undefined],
    ['a hexadecimal number', '0x3b4c', '3b4c', undefined],
    ['traceparent', `00-${TRACE}-${SPAN}-01`, TRACE, SPAN],
    ['traceparent with its name', `traceparent: 00-${TRACE}-${SPAN}-01`, TRACE, SPAN],
    ['traceparent of a later version', `01-${TRACE}-${SPAN}-01-what-comes`, TRACE, SPAN],
    ['B3 in one header', `${TRACE}-${SPAN}-1-00f067aa0ba902b7`, TRACE, SPAN],
    ['B3 in one header with its name', `b3: ${SPAN}-00f067aa0ba902b7-d`, SPAN, '00f067aa0ba902b7'],
    ['B3 in several headers', `X-B3-TraceId: ${TRACE}\r\nX-B3-SpanId: ${SPAN}\r\nX-B3-Sampled: 1`, TRACE, SPAN],
    [
      'B3 in several headers as JSON',
      `{"x-b3-traceid":"${SPAN}","x-b3-parentspanid":"00f067aa0ba902b7"}`,
      SPAN,
      undefined,
    ],
    ['uber-trace-id', `${TRACE}:${SPAN}:0:1`, TRACE, SPAN],
    ['uber-trace-id with its name and short ids', 'uber-trace-id: 3b4c:1f:0:3', '3b4c', '000000000000001f'],
    ['uber-trace-id in percent encoding', 'abc%3A1f%3A0%3A1', 'abc', '000000000000001f'],
  ])('may be %s', (_name, text, traceDigits, spanId) => {
    expect(readTypedId(text)).toEqual({ whole: text.trim(), traceDigits, spanId })
  })

  it.each(['', 'tracer100', 'c1bb62fc-001a-4000-8000-016bb152e1bb', '0', 'b3: 0', `${TRACE}0`, 'é', '한국'])(
    'may be the text %j',
    (text) => {
      const { whole, traceDigits } = readTypedId(text)
      expect(whole).toBe(text)
      expect(traceDigits === undefined || traceDigits === '0').toBe(true)
    },
  )
})
