// What every processor promises (processor.ts), as a suite that each one's test calls.
import { decodeSpan, SpanBatchBuilder } from '@clew/codecs'
import type { Attributes, Room, Span, SpanBatch, TelemetryBatch } from '@clew/model'
import { describe, expect, test } from 'vitest'
import { itemBytes } from './item-bytes.ts'
import type { Processor, ProcessorContext } from './processor.ts'

/** 2026-11-01T00:00:00Z, an ordinary time of acceptance. */
export const ACCEPTED_MS = Date.UTC(2026, 10, 1)
/** As much memory as anybody asks for. */
export const WIDE_ROOM: Room = { bytes: 0, grow() {} }
export const CONTEXT: ProcessorContext = { acceptedMs: ACCEPTED_MS, maxValueBytes: 1_000, room: WIDE_ROOM }

const START = BigInt(ACCEPTED_MS) * 1_000_000n

export function spanOf(changes: Partial<Span> = {}): Span {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: '',
    traceState: '',
    flags: 1,
    name: 'GET /cart',
    kind: 'server',
    startTimeUnixNano: START - 2_000_000n,
    endTimeUnixNano: START - 1_000_000n,
    attributes: [{ key: 'http.route', value: { type: 'string', value: '/cart' } }],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 'unset', message: '' },
    resource: resourceOf('shop'),
    scope: { name: 'http', version: '1', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    serviceName: 'shop',
    ...changes,
  }
}

export function resourceOf(service: string, more: Attributes = []): Span['resource'] {
  const attributes: Attributes =
    service === '' ? more : [{ key: 'service.name', value: { type: 'string', value: service } }, ...more]
  return { attributes, droppedAttributesCount: 0, schemaUrl: '' }
}

export function batchOf(...spans: readonly Span[]): SpanBatch {
  const builder = new SpanBatchBuilder()
  for (const span of spans) builder.add(span)
  return builder.build()
}

export function decodeItem(batch: SpanBatch, item: number): Span {
  const origin = batch.origins[batch.origin[item]!]!
  const empty = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
  return decodeSpan(itemBytes(batch, item), {
    resource: empty,
    scope: { ...empty, name: '', version: '' },
    serviceName: origin.service,
  })
}

/** `repairable` makes a batch in which the processor finds something; only one that `setsTimes` may change their columns. */
export function describeProcessor(
  processor: Processor,
  repairable: () => SpanBatch,
  { setsTimes = false }: { readonly setsTimes?: boolean } = {},
): void {
  describe(`${processor.name} keeps the promises of a processor`, () => {
    test('leaves a clean batch as it is', () => {
      const batch = batchOf(spanOf(), spanOf({ spanId: '0000000000000002' }))
      const before = snapshot(batch)
      const { bytes } = batch
      expect(processor.process(batch, CONTEXT)).toEqual([])
      expect(snapshot(batch)).toEqual(before)
      expect(batch.bytes).toBe(bytes)
    })

    test('keeps the number, the order and the ids of items', () => {
      const batch = repairable()
      const before = snapshot(batch)
      processor.process(batch, CONTEXT)
      const after = snapshot(batch)
      for (const column of ['count', 'traceId', 'spanId'] as const) expect(after[column]).toEqual(before[column])
      if (!setsTimes) expect(after.start).toEqual(before.start)
    })

    test('marks what it repairs', () => {
      const batch = repairable()
      processor.process(batch, CONTEXT)
      expect(batch.marks.some((marks) => marks !== 0)).toBe(true)
    })

    test('changes nothing the second time', () => {
      const batch = repairable()
      processor.process(batch, CONTEXT)
      const before = snapshot(batch)
      expect(processor.process(batch, CONTEXT)).toEqual([])
      expect(snapshot(batch)).toEqual(before)
    })
  })
}

function snapshot(batch: TelemetryBatch) {
  return structuredClone({
    count: batch.count,
    traceId: batch.traceId,
    spanId: batch.spanId,
    start: batch.signal === 'spans' ? batch.startUnixNano : batch.timeUnixNano,
    marks: batch.marks,
    // As text, which is compared at once however long it is.
    items: Array.from({ length: batch.count }, (_, item) => Buffer.from(itemBytes(batch, item)).toString('hex')),
    origins: batch.origins,
  })
}
