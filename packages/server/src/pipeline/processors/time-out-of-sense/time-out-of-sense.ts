// Marks items whose times say more about a clock than about the item. They are stored as they came; a view can leave them
// out of its time axis. A time is in sense from 1990 until a day after it was accepted: spans may come years late, but a
// clock more than a time zone ahead is wrong.
import { MARK, type SpanBatch, type TelemetryBatch } from '@clew/model'
import type { Processor } from '../processor.ts'
import { halvesOf, highHalfOf } from '../time-halves.ts'

const EARLIEST = highHalfOf(Date.UTC(1990, 0, 1))
const MS_PER_DAY = 86_400_000

export const timeOutOfSense: Processor = {
  name: 'time-out-of-sense',
  process(batch, context) {
    const latest = highHalfOf(context.acceptedMs + MS_PER_DAY)
    if (batch.signal === 'spans') markSpans(batch, latest)
    else {
      // A log record may leave out either time.
      markPresent(batch, batch.timeUnixNano, latest)
      markPresent(batch, batch.observedUnixNano, latest)
    }
    return []
  },
}

function markSpans(batch: SpanBatch, latest: number): void {
  const start = halvesOf(batch.startUnixNano)
  const end = halvesOf(batch.endUnixNano)
  for (let high = 1, i = 0; i < batch.count; high += 2, i++)
    if (start[high]! < EARLIEST || start[high]! > latest || end[high]! < EARLIEST || end[high]! > latest)
      batch.marks[i] = batch.marks[i]! | MARK.timeOutOfSense
}

function markPresent(batch: TelemetryBatch, column: BigUint64Array, latest: number): void {
  const times = halvesOf(column)
  for (let high = 1, i = 0; i < batch.count; high += 2, i++)
    if ((times[high]! < EARLIEST || times[high]! > latest) && (times[high] !== 0 || times[high - 1] !== 0))
      batch.marks[i] = batch.marks[i]! | MARK.timeOutOfSense
}
