import { SPAN, SPAN_EVENT, SpanBatchBuilder } from '@clew/codecs'
import { MARK, type SpanBatch } from '@clew/model'
import { expect, test } from 'vitest'
import { ACCEPTED_MS, CONTEXT, decodeItem, describeProcessor, spanOf } from '../processor-contract.ts'
import { absentTimes } from './absent-times.ts'

const ACCEPTED = BigInt(ACCEPTED_MS) * 1_000_000n

function batchWith(startUnixNano?: bigint, endUnixNano?: bigint, events: readonly bigint[] = []): SpanBatch {
  const builder = new SpanBatchBuilder()
  const { resource, scope } = spanOf()
  builder.begin(
    {
      traceId: new Uint8Array(16).fill(1),
      spanId: new Uint8Array(8).fill(2),
      parentSpanId: new Uint8Array(8),
      name: 'GET /cart',
      kind: 2,
      startUnixNano,
      endUnixNano,
    },
    builder.origin(resource, scope),
  )
  for (const time of events) {
    const open = builder.writer.open(SPAN.events)
    builder.writer.fixed64Field(SPAN_EVENT.time_unix_nano, time)
    builder.writer.close(open)
  }
  builder.end()
  return builder.build()
}

describeProcessor(absentTimes, () => batchWith(undefined, undefined, [7n]), { setsTimes: true })

function timesOf(batch: SpanBatch): [bigint, bigint, number] {
  absentTimes.process(batch, CONTEXT)
  return [batch.startUnixNano[0]!, batch.endUnixNano[0]!, batch.marks[0]!]
}

test('a span without any time is placed where it was accepted', () => {
  expect(timesOf(batchWith())).toEqual([ACCEPTED, ACCEPTED, MARK.startAbsent | MARK.endAbsent])
})

test('a span without times is placed at its earliest event', () => {
  expect(timesOf(batchWith(undefined, undefined, [9n, 5n, 7n]))).toEqual([5n, 5n, MARK.startAbsent | MARK.endAbsent])
})

test('a span with an end alone is placed there', () => {
  expect(timesOf(batchWith(undefined, 8n, [5n]))).toEqual([8n, 8n, MARK.startAbsent])
})

test('a span without an end ends where it starts', () => {
  expect(timesOf(batchWith(8n, undefined, [5n]))).toEqual([8n, 8n, MARK.endAbsent])
})

test('the message says no time that the sender did not say', () => {
  const batch = batchWith()
  absentTimes.process(batch, CONTEXT)
  expect(decodeItem(batch, 0)).toMatchObject({ startTimeUnixNano: 0n, endTimeUnixNano: 0n })
})
