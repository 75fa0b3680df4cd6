import { type AnyValue, DecodeError, ID_TEXT, stringAttribute } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpan } from '../codec-contract.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeSpan } from './decode-span.ts'
import { encodeSpan } from './encode-span.ts'
import { outlineParent, outlineSpan } from './outline-span.ts'

const OF_NOTE = ['http.method', 'http.', 'http', 'db.system', 'dbx', 'h', '', ...Object.values(ID_TEXT)]
const anyValue = fc.constantFrom<AnyValue>(
  { type: 'string', value: 'test-zipkin-trace-id-1' },
  { type: 'string', value: '' },
  { type: 'int', value: 5n },
  { type: 'empty' },
)
const spanOfNote = fc
  .tuple(anySpan, fc.array(fc.record({ key: fc.constantFrom(...OF_NOTE), value: anyValue })))
  .map(([span, attributes]) => ({ ...span, attributes: [...span.attributes, ...attributes] }))

const NONE = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
const ORIGIN = { resource: NONE, scope: { ...NONE, name: '', version: '' }, serviceName: '' }

describe('the outline of a span', () => {
  it('says what decoding it says', () => {
    fc.assert(
      fc.property(spanOfNote, (span) => {
        const writer = new ProtobufWriter()
        encodeSpan(writer, span)
        const decoded = decodeSpan(writer.written(), ORIGIN)
        expect(outlineParent(writer.written())).toBe(decoded.parentSpanId)
        expect(outlineSpan(writer.written())).toEqual({
          parentSpanId: decoded.parentSpanId,
          name: decoded.name,
          kind: decoded.kind,
          startTimeUnixNano: decoded.startTimeUnixNano,
          endTimeUnixNano: decoded.endTimeUnixNano,
          status: decoded.status.code,
          eventCount: decoded.events.length,
          linkCount: decoded.links.length,
          noted: {
            hasHttp: decoded.attributes.some(({ key }) => key.startsWith('http.')),
            hasDatabase: decoded.attributes.some(({ key }) => key.startsWith('db.')),
            traceIdText: stringAttribute(decoded.attributes, ID_TEXT.trace) ?? '',
            spanIdText: stringAttribute(decoded.attributes, ID_TEXT.span) ?? '',
            parentSpanIdText: stringAttribute(decoded.attributes, ID_TEXT.parentSpan) ?? '',
          },
        })
      }),
    )
  })

  it('says of any bytes something or throws a DecodeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          outlineSpan(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
    )
  })
})
