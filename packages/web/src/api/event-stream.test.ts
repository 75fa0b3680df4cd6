// The parser of server-sent events, over every way a stream can be cut into pieces.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { apiPath } from './client.ts'
import { EventStreamParser, type ServerEvent } from './event-stream.ts'

test('events are the same however the stream is cut', () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text))
  const event = fc.record({
    event: fc.constantFrom('traces', 'ingest'),
    data: fc.array(line, { minLength: 1, maxLength: 3 }),
  })
  fc.assert(
    fc.property(fc.array(event), fc.constantFrom('\n', '\r\n'), fc.array(fc.nat()), (events, newline, cuts) => {
      const stream = events
        .map(({ event, data }) => [`event: ${event}`, ...data.map((text) => `data: ${text}`), '', ''].join(newline))
        .join('')
      const parser = new EventStreamParser()
      const places = cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b)
      const pieces = [0, ...places].map((place, index) => stream.slice(place, [...places, stream.length][index]))
      const parsed: ServerEvent[] = pieces.flatMap((piece) => parser.push(piece))
      expect(parsed).toEqual(events.map(({ event, data }) => ({ event, data: data.join('\n') })))
    }),
  )
})

test('comments and fields of no interest are passed over', () => {
  const parser = new EventStreamParser()
  expect(parser.push(': ping\n\nid: 7\nretry: 10\ndata:x\n\ndata')).toEqual([{ event: 'message', data: 'x' }])
})

test('paths leave out what is not asked and repeat lists', () => {
  expect(apiPath('/search', { service: '', text: undefined, attribute: ['a = 1', 'b exists'], totals: true })).toBe(
    '/clew/v1/search?attribute=a+%3D+1&attribute=b+exists&totals=true',
  )
})
