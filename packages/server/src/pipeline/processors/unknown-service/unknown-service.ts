// Gives spans and logs without `service.name` the name that OpenTelemetry has for it, so that every item has a service.
// https://opentelemetry.io/docs/specs/semconv/resource/#service
import { MARK, type TelemetryBatch, UNKNOWN_SERVICE } from '@clew/model'
import type { Processor } from '../processor.ts'

export const unknownService: Processor = {
  name: 'unknown-service',
  process(batch) {
    const nameless = new Set<number>()
    batch.origins.forEach((origin, index) => {
      if (origin.service !== '') return
      origin.service = UNKNOWN_SERVICE
      nameless.add(index)
    })
    if (nameless.size > 0) mark(batch, nameless)
    return []
  },
}

function mark(batch: TelemetryBatch, nameless: ReadonlySet<number>): void {
  for (let i = 0; i < batch.count; i++)
    if (nameless.has(batch.origin[i]!)) batch.marks[i] = batch.marks[i]! | MARK.unknownService
}
