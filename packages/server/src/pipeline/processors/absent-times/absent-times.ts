// Gives spans without times a place in time: a start that the sender left out is the end, else the earliest event, else the
// moment of acceptance; an end that was left out is the start. Only columns change, and the marks stay, so that a dialect
// which knows absent times answers with none.
import { ProtobufReader, protobufTag, readUint64, SPAN, SPAN_EVENT, WIRE } from '@clew/codecs'
import { MARK, type SpanBatch } from '@clew/model'
import type { Processor } from '../processor.ts'

const EVENTS = protobufTag(SPAN.events, WIRE.lengthDelimited)
const EVENT_TIME = protobufTag(SPAN_EVENT.time_unix_nano, WIRE.fixed64)
const ABSENT = MARK.startAbsent | MARK.endAbsent

export const absentTimes: Processor = {
  name: 'absent-times',
  process(batch, { acceptedMs }) {
    if (batch.signal !== 'spans') return []
    for (let i = 0; i < batch.count; i++) if ((batch.marks[i]! & ABSENT) !== 0) place(batch, i, acceptedMs)
    return []
  },
}

function place(batch: SpanBatch, i: number, acceptedMs: number): void {
  const marks = batch.marks[i]!
  if (batch.startUnixNano[i] === 0n && (marks & MARK.startAbsent) !== 0)
    batch.startUnixNano[i] =
      (marks & MARK.endAbsent) === 0
        ? batch.endUnixNano[i]!
        : (earliestEvent(batch, i) ?? BigInt(acceptedMs) * 1_000_000n)
  if ((marks & MARK.endAbsent) !== 0) batch.endUnixNano[i] = batch.startUnixNano[i]!
}

function earliestEvent(batch: SpanBatch, i: number): bigint | undefined {
  const start = batch.itemOffset[i]!
  const span = new ProtobufReader('otlp protobuf', batch.bytes, start, start + batch.itemLength[i]!)
  const event = new ProtobufReader('otlp protobuf')
  let earliest: bigint | undefined
  while (span.next()) {
    if (span.tag !== EVENTS) continue
    event.open(batch.bytes, span.valueStart, span.valueEnd)
    while (event.next()) {
      if (event.tag !== EVENT_TIME) continue
      const time = readUint64(batch.bytes, event.valueStart)
      if (time !== 0n && (earliest === undefined || time < earliest)) earliest = time
    }
  }
  return earliest
}
