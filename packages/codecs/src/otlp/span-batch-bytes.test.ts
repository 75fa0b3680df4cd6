import { DecodeError, type TelemetryBatch } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpan, spansOf } from '../codec-contract.ts'
import { decodeOtlpLogs } from './decode-logs.ts'
import { LogBatchBuilder, SpanBatchBuilder } from './span-batch-builder.ts'
import { decodeBatch, decodeBatches, encodeBatch, encodeBatches, encodingBytes } from './span-batch-bytes.ts'

const spans = fc.sample(anySpan, { numRuns: 20, seed: 5 })

function spanBatch() {
  const builder = new SpanBatchBuilder()
  for (const span of spans) builder.add(span)
  return builder.build()
}

function logBatch() {
  const builder = new LogBatchBuilder()
  for (const { traceId, spanId, resource, scope, attributes, startTimeUnixNano, endTimeUnixNano } of spans)
    builder.add({
      timeUnixNano: startTimeUnixNano,
      observedTimeUnixNano: endTimeUnixNano,
      severityNumber: 9,
      severityText: 'INFO',
      body: { type: 'string', value: 'message' },
      eventName: '',
      droppedAttributesCount: 0,
      flags: 0,
      serviceName: '',
      ...{ traceId, spanId, resource, scope, attributes },
    })
  return builder.build()
}

function joined(chunks: readonly Uint8Array[], offset = 0): Uint8Array {
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const whole = new Uint8Array(offset + size)
  let at = offset
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole.subarray(offset)
}

/** Columns cut to the rows that are used: a scanned batch has room for rejected items at the end. */
function used(batch: TelemetryBatch): Record<string, unknown> {
  const widths: Record<string, number> = { traceId: 16, spanId: 8, parentSpanId: 8 }
  const entries = Object.entries(batch).map(([name, value]) => {
    const isColumn = ArrayBuffer.isView(value) && name !== 'bytes'
    return [name, isColumn ? (value as Uint8Array).slice(0, batch.count * (widths[name] ?? 1)) : value]
  })
  return Object.fromEntries(entries)
}

describe('several batches as bytes', () => {
  it('come back one after the other', () => {
    const batches = [spanBatch(), logBatch(), spanBatch()]
    expect(decodeBatches(joined(encodeBatches(batches))).map(used)).toEqual(batches.map(used))
    expect(decodeBatches(joined(encodeBatches([logBatch()]))).map(used)).toEqual([used(logBatch())])
  })

  it('are refused when the bytes are cut or more', () => {
    const whole = joined(encodeBatches([spanBatch(), logBatch()]))
    for (let length = 0; length < whole.length; length += 7)
      expect(() => {
        // A cut between the two leaves one batch, which is whole; the record around it has a length of its own.
        if (decodeBatches(whole.subarray(0, length)).length === 1) throw new DecodeError('clew batch', 'end', 'one')
      }).toThrow(DecodeError)
    expect(() => decodeBatches(joined([whole, Uint8Array.of(9)]))).toThrow(DecodeError)
  })
})

describe('a batch as bytes', () => {
  it.each([
    ['spans', spanBatch()],
    ['logs', logBatch()],
    ['no items at all', decodeOtlpLogs(new Uint8Array(0), 'protobuf').batch],
  ])('comes back whole: %s', (_name, batch) => {
    expect(used(decodeBatch(joined(encodeBatch(batch))))).toEqual(used(batch))
  })

  it('comes back whole from any place in a larger buffer', () => {
    const batch = spanBatch()
    for (let offset = 0; offset < 9; offset++) {
      const payload = joined(encodeBatch(batch), offset)
      expect(used(decodeBatch(payload))).toEqual(used(batch))
      const buffer = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
      expect(decodeBatch(buffer)).toMatchObject({ traceId: decodeBatch(payload).traceId })
    }
  })

  it('does not copy the message bytes, neither on the way out nor in', () => {
    const batch = spanBatch()
    const chunks = encodeBatch(batch)
    expect(chunks.at(-1)).toBe(batch.bytes)
    const payload = joined(chunks)
    expect(decodeBatch(payload).bytes.buffer).toBe(payload.buffer)
  })

  it('copies the columns only when rows were left out, and says before how much memory it takes', () => {
    const builder = new SpanBatchBuilder()
    for (const span of [...spans, { ...spans[0]!, spanId: '' }]) builder.add(span)
    for (const [batch, isCopied] of [
      [spanBatch(), false],
      [logBatch(), false],
      [builder.build(), true],
    ] as const) {
      const [header, columns, origins] = encodeBatch(batch)
      expect(columns!.buffer === batch.traceId.buffer).toBe(!isCopied)
      const taken = header!.length + (isCopied ? columns!.length : 0) + origins!.buffer.byteLength
      expect(encodingBytes(batch)).toBe(taken)
    }
  })

  it('leaves out rows that were rejected', () => {
    const builder = new SpanBatchBuilder()
    builder.add({ ...spans[0]!, traceId: '' })
    builder.add(spans[1]!)
    const batch = builder.build()
    expect(batch.count).toBe(1)
    const back = decodeBatch(joined(encodeBatch(batch)))
    expect(back.signal === 'spans' && spansOf(back)).toEqual([spans[1]])
  })

  it('is refused with a DecodeError when it is cut, and never read past its end', () => {
    const payload = joined(encodeBatch(spanBatch()))
    for (let length = 0; length < payload.length; length += 7)
      expect(() => decodeBatch(payload.slice(0, length))).toThrow(DecodeError)
  })

  it('is refused or read within bounds when a byte is changed', () => {
    const payload = joined(encodeBatch(logBatch()))
    fc.assert(
      fc.property(fc.nat(payload.length - 1), fc.nat(255), (at, byte) => {
        const changed = payload.slice()
        changed[at] = byte
        try {
          const batch = decodeBatch(changed)
          for (let row = 0; row < batch.count; row++) {
            expect(batch.itemOffset[row]! + batch.itemLength[row]!).toBeLessThanOrEqual(batch.bytes.length)
            expect(batch.origins[batch.origin[row]!]).toBeDefined()
          }
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is refused when its layout is of another Clew', () => {
    const payload = joined(encodeBatch(spanBatch()))
    payload[1] = 2
    expect(() => decodeBatch(payload)).toThrow('clew batch: byte 1: layout 2, this Clew reads layout 1')
  })
})
