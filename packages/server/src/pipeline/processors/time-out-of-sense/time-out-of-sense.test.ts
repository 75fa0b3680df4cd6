import { LogBatchBuilder } from '@clew/codecs'
import { MARK } from '@clew/model'
import { expect, test } from 'vitest'
import { ACCEPTED_MS, batchOf, CONTEXT, describeProcessor, spanOf } from '../processor-contract.ts'
import { timeOutOfSense } from './time-out-of-sense.ts'

const at = (nano: bigint) => spanOf({ startTimeUnixNano: nano, endTimeUnixNano: nano })
const nanos = (ms: number) => BigInt(ms) * 1_000_000n

describeProcessor(timeOutOfSense, () => batchOf(spanOf(), at(0n)))

test.each([
  ['0', 0n],
  ['1970', nanos(Date.UTC(1970, 5, 1))],
  ['1989', nanos(Date.UTC(1989, 5, 1))],
  ['2262', 2n ** 63n],
  ['2^64-1', 2n ** 64n - 1n],
  ['two days ahead', nanos(ACCEPTED_MS + 2 * 86_400_000)],
])('marks a span at %s and keeps its times', (_, nano) => {
  const batch = batchOf(at(nano), spanOf())
  timeOutOfSense.process(batch, CONTEXT)
  expect([...batch.marks.subarray(0, 2)]).toEqual([MARK.timeOutOfSense, 0])
  expect(batch.startUnixNano[0]).toBe(nano)
})

test.each([
  ['a year late', nanos(ACCEPTED_MS - 366 * 86_400_000)],
  ['an hour ahead', nanos(ACCEPTED_MS + 3_600_000)],
])('takes a span %s as it is', (_, nano) => {
  const batch = batchOf(at(nano))
  timeOutOfSense.process(batch, CONTEXT)
  expect(batch.marks[0]).toBe(0)
})

test('takes a log record without times as it is and marks one at the end of time', () => {
  const builder = new LogBatchBuilder()
  for (const timeUnixNano of [0n, 2n ** 64n - 1n])
    builder.add({
      timeUnixNano,
      observedTimeUnixNano: 0n,
      severityNumber: 9,
      severityText: 'INFO',
      body: { type: 'string', value: 'started' },
      attributes: [],
      droppedAttributesCount: 0,
      flags: 0,
      traceId: '',
      spanId: '',
      eventName: '',
      resource: spanOf().resource,
      scope: spanOf().scope,
      serviceName: 'shop',
    })
  const batch = builder.build()
  timeOutOfSense.process(batch, CONTEXT)
  expect([...batch.marks.subarray(0, 2)]).toEqual([0, MARK.timeOutOfSense])
})
