import { MARK } from '@clew/model'
import { expect, test } from 'vitest'
import { batchOf, CONTEXT, describeProcessor, spanOf } from '../processor-contract.ts'
import { endBeforeStart } from './end-before-start.ts'

const times = (start: bigint, end: bigint) => spanOf({ startTimeUnixNano: start, endTimeUnixNano: end })

describeProcessor(endBeforeStart, () => batchOf(spanOf(), times(5n, 4n)))

test('compares all 64 bits', () => {
  const batch = batchOf(
    times(2n ** 32n, 1n),
    times(1n, 2n ** 32n),
    times(2n ** 64n - 1n, 2n ** 64n - 2n),
    times(7n, 7n),
  )
  endBeforeStart.process(batch, CONTEXT)
  expect([...batch.marks.subarray(0, 4)]).toEqual([MARK.endBeforeStart, 0, MARK.endBeforeStart, 0])
})
