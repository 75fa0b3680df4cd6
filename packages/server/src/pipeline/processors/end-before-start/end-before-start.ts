// Marks spans that end before they start: both times are kept as they came, readers show a duration of 0.
import { MARK } from '@clew/model'
import type { Processor } from '../processor.ts'
import { halvesOf } from '../time-halves.ts'

export const endBeforeStart: Processor = {
  name: 'end-before-start',
  process(batch) {
    if (batch.signal !== 'spans') return []
    const start = halvesOf(batch.startUnixNano)
    const end = halvesOf(batch.endUnixNano)
    for (let low = 0, high = 1, i = 0; i < batch.count; low += 2, high += 2, i++)
      if (end[high]! < start[high]! || (end[high] === start[high] && end[low]! < start[low]!))
        batch.marks[i] = batch.marks[i]! | MARK.endBeforeStart
    return []
  },
}
