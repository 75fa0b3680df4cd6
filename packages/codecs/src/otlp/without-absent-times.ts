// The store gives every span a place in time, also one whose sender gave none. This takes such times out of its message
// again, for answers that say what was sent.
import { MARK } from '@clew/model'
import { ProtobufReader, protobufTag, WIRE } from '../wire/protobuf-reader.ts'
import { SPAN } from './fields.ts'

const START = protobufTag(SPAN.start_time_unix_nano, WIRE.fixed64)
const END = protobufTag(SPAN.end_time_unix_nano, WIRE.fixed64)

/** The bytes of an OTLP `Span` without the times that its `marks` say were never given; the same bytes where all were. */
export function withoutAbsentTimes(span: Uint8Array, marks: number): Uint8Array {
  const withoutStart = (marks & MARK.startAbsent) !== 0
  const withoutEnd = (marks & MARK.endAbsent) !== 0
  if (!withoutStart && !withoutEnd) return span
  const field = new ProtobufReader('otlp protobuf', span)
  const kept = new Uint8Array(span.length)
  let length = 0
  let fieldStart = 0
  while (field.next()) {
    const isAdded = (withoutStart && field.tag === START) || (withoutEnd && field.tag === END)
    if (!isAdded) {
      kept.set(span.subarray(fieldStart, field.position), length)
      length += field.position - fieldStart
    }
    fieldStart = field.position
  }
  return kept.subarray(0, length)
}
