import { ID_TEXT } from '@clew/model'
import { expect, test } from 'vitest'
import type { Span } from '../api/generated.ts'
import { idText, inOneLine, namesTrace } from './id-text.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

test('digits of a usual length and headers name a trace, words and short numbers are searched for', () => {
  const texts = [TRACE, SPAN.toUpperCase(), `00-${TRACE}-${SPAN}-01`, `b3: ${SPAN}-${SPAN}`, '3b4c:1f:0:1']
  expect(texts.filter(namesTrace)).toEqual(texts)
  expect(['500', 'cafe', 'timed out', 'order/4711', '', `${TRACE}0`].filter(namesTrace)).toEqual([])
})

test('headers of several lines stay apart in one line', () => {
  const headers = inOneLine(`X-B3-TraceId: ${TRACE}\r\nX-B3-SpanId: ${SPAN}\n`)
  expect(headers).toBe(`X-B3-TraceId: ${TRACE}, X-B3-SpanId: ${SPAN}`)
  expect(namesTrace(headers)).toBe(true)
})

test('the text of a sender stands for the id that was made of it', () => {
  const attributes = [{ key: ID_TEXT.span, value: { type: 'string', value: 'ABC' } }]
  const span = { attributes } as Pick<Span, 'attributes'> as Span
  expect(idText(span, 'span')).toBe('ABC')
  expect(idText(span, 'parentSpan')).toBeUndefined()
  expect(idText(undefined, 'span')).toBeUndefined()
})
