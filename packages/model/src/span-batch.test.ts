import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocateLogBatch, allocateSpanBatch, MARK, type TelemetryBatch } from './span-batch.ts'

/** Entries a row of the columns that have more than one. */
const WIDTHS: Readonly<Record<string, number>> = { traceId: 16, spanId: 8, parentSpanId: 8 }

function columnsOf(batch: TelemetryBatch): [string, Uint8Array | Uint32Array | BigUint64Array][] {
  return Object.entries(batch).filter(([name, value]) => ArrayBuffer.isView(value) && name !== 'bytes')
}

describe.each([
  ['spans', allocateSpanBatch, 13],
  ['logs', allocateLogBatch, 9],
] as const)('an allocated batch of %s', (signal, allocate, columnCount) => {
  it('is empty, with room for every row in every column', () => {
    fc.assert(
      fc.property(fc.nat(100), (capacity) => {
        const bytes = Uint8Array.of(1, 2, 3)
        const batch = allocate(capacity, bytes)
        expect(batch).toMatchObject({ signal, count: 0, origins: [] })
        expect(batch.bytes).toBe(bytes)
        const columns = columnsOf(batch)
        expect(columns).toHaveLength(columnCount)
        for (const [name, column] of columns) expect(column.length).toBe(capacity * (WIDTHS[name] ?? 1))
      }),
    )
  })

  it('shares one buffer whose parts never overlap', () => {
    const columns = columnsOf(allocate(3, new Uint8Array(0)))
    for (const [index, [, column]] of columns.entries()) {
      new Uint8Array(column.buffer, column.byteOffset, column.byteLength).fill(index + 1)
    }
    for (const [index, [name, column]] of columns.entries()) {
      const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
      expect([name, ...new Set(bytes)]).toEqual([name, index + 1])
    }
    expect(new Set(columns.map(([, column]) => column.buffer)).size).toBe(1)
  })
})

describe('marks', () => {
  it('are single bits that fit one byte', () => {
    const bits = Object.values(MARK)
    expect(bits.reduce<number>((all, bit) => all | bit, 0)).toBe(bits.reduce<number>((sum, bit) => sum + bit, 0))
    for (const bit of bits) expect(bit & (bit - 1)).toBe(0)
    expect(Math.max(...bits)).toBeLessThan(256)
  })
})
