import { DecodeError } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpan } from '../codec-contract.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeSpan } from './decode-span.ts'
import { encodeSpan } from './encode-span.ts'
import { outlineSpan } from './outline-span.ts'

const NONE = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
const ORIGIN = { resource: NONE, scope: { ...NONE, name: '', version: '' }, serviceName: '' }

describe('the outline of a span', () => {
  it('says what decoding it says', () => {
    fc.assert(
      fc.property(anySpan, (span) => {
        const writer = new ProtobufWriter()
        encodeSpan(writer, span)
        const decoded = decodeSpan(writer.written(), ORIGIN)
        expect(outlineSpan(writer.written())).toEqual({
          parentSpanId: decoded.parentSpanId,
          name: decoded.name,
          kind: decoded.kind,
          startTimeUnixNano: decoded.startTimeUnixNano,
          endTimeUnixNano: decoded.endTimeUnixNano,
          status: decoded.status.code,
          eventCount: decoded.events.length,
          linkCount: decoded.links.length,
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
