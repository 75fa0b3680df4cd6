import { MARK } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeSpan } from './decode-span.ts'
import { SPAN } from './fields.ts'
import { withoutAbsentTimes } from './without-absent-times.ts'

const nothing = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
const origin = { resource: nothing, scope: { ...nothing, name: '', version: '' }, serviceName: 's' }

function messageOf(): Uint8Array {
  const writer = new ProtobufWriter()
  writer.bytesField(SPAN.trace_id, new Uint8Array(16).fill(1))
  writer.bytesField(SPAN.span_id, new Uint8Array(8).fill(2))
  writer.fixed64Field(SPAN.start_time_unix_nano, 5n)
  writer.fixed64Field(SPAN.end_time_unix_nano, 7n)
  writer.stringField(SPAN.name, 'GET /cart')
  // A field of the future.
  writer.uint32Field(99, 3)
  return writer.copy()
}

describe('a span as it was sent', () => {
  it.each([
    [0, 5n, 7n],
    [MARK.startAbsent, 0n, 7n],
    [MARK.endAbsent, 5n, 0n],
    [MARK.startAbsent | MARK.endAbsent | MARK.unknownService, 0n, 0n],
  ])('has only the times that it came with (marks %i)', (marks, startTimeUnixNano, endTimeUnixNano) => {
    const span = decodeSpan(withoutAbsentTimes(messageOf(), marks), origin)
    expect(span).toEqual({ ...decodeSpan(messageOf(), origin), startTimeUnixNano, endTimeUnixNano })
  })

  it('keeps fields that this program does not know', () => {
    const both = MARK.startAbsent | MARK.endAbsent
    expect(withoutAbsentTimes(messageOf(), both)).toHaveLength(messageOf().length - 18)
  })
})
