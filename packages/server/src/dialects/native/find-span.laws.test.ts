import { ID_TEXT } from '@clew/model'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { attributesOf, exampleSpan } from '../../testing/example-spans.ts'
import { storedSpan } from '../../testing/stored-spans.ts'
import { traceLines } from '../read-trace.ts'
import { familyOf, findSpan } from './find-span.ts'
import { traceShape } from './trace-shape.ts'

const idOf = (place: number) => String(place).padStart(16, '0')

/** Few ids, so that spans share them, miss their parents, and are their own. */
const anySpan = fc
  .record({
    place: fc.integer({ min: 1, max: 5 }),
    parent: fc.integer({ min: 0, max: 6 }),
    serviceName: fc.constantFrom('shop', 'stock'),
    kind: fc.constantFrom('internal', 'client', 'server' as const),
    start: fc.bigInt({ min: 1n, max: 9n }),
    said: fc.constantFrom({}, { 'db.system': 'redis' }, { 'http.route': '/' }, { [ID_TEXT.span]: 'A' }),
  })
  .map(({ place, parent, serviceName, kind, start, said }) =>
    storedSpan(
      exampleSpan({
        ...{ spanId: idOf(place), parentSpanId: parent === 0 ? '' : idOf(parent), serviceName, kind },
        ...{ startTimeUnixNano: start, attributes: attributesOf(said) },
      }),
    ),
  )

it('a span plays the same part in its family as in its whole trace', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anySpan, { minLength: 1, maxLength: 12 }), async (spans) => {
      const trace = { traceId: spans[0]!.traceId, spans, repeatedSpans: 0 }
      const whole = await traceLines(trace)
      const { roles } = await traceShape(whole)
      for (const place of [1, 2, 3, 4, 5])
        for (let nth = 1; nth <= spans.length; nth++) {
          const readings = [{ id: idOf(place), text: undefined }]
          const family = await traceLines({ ...trace, spans: await familyOf(spans, readings) })
          const [inWhole, inFamily] = [findSpan(whole, readings, nth), findSpan(family, readings, nth)]
          expect(inFamily < 0).toBe(inWhole < 0)
          if (inWhole < 0) break
          expect(family[inFamily]!.stored).toBe(whole[inWhole]!.stored)
          expect((await traceShape(family)).roles[inFamily]).toEqual(roles[inWhole])
        }
    }),
  )
})
