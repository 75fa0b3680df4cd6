import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AcceptedRequest } from '../accepted-request.ts'
import { batchOfIds, requestOf } from './journal-run-contract.ts'
import { encodeRecord, encodeSegmentHeader, parseSegment, SEGMENT_HEADER_BYTES, scanSegment } from './segment-format.ts'

const HEADER = { block: (0xabcdefn << 40n) | 7n, storedDay: 20_758 }

function accepted(name: string): Omit<AcceptedRequest, 'room'> {
  return { ...requestOf(name), acceptedMs: 1_793_534_400_123, identity: new Uint8Array(16).fill(name.length) }
}

function segmentOf(...records: (readonly Uint8Array[])[]): Buffer {
  return Buffer.concat([encodeSegmentHeader(HEADER), ...records.flat()])
}

const RECORDS = [[1], [2, 3], [4]].map((ids) => encodeRecord([batchOfIds(ids)], accepted(`r${ids[0]}`)).chunks)
const SEGMENT = segmentOf(...RECORDS)
const LENGTHS = RECORDS.map((chunks) => Buffer.concat(chunks).length)

function idsIn(bytes: Uint8Array): number[] {
  return parseSegment(bytes).records.flatMap(({ batch }) =>
    Array.from({ length: batch.count }, (_, i) => batch.spanId[8 * i + 7]!),
  )
}

test('gives back what was written', () => {
  const scan = scanSegment(SEGMENT)
  expect(scan.header).toEqual(HEADER)
  expect(scan.damaged).toEqual([])
  expect(scan.tornAt).toBeUndefined()
  expect(scan.records.map(({ items }) => items)).toEqual([1, 2, 1])
  expect(scan.records[1]!.acceptedMs).toBe(1_793_534_400_123)
  expect([...scan.records[1]!.identity]).toEqual(new Array(16).fill(2))
  const { records } = parseSegment(SEGMENT)
  expect(records[1]!.tenant).toBe('default')
  expect(records[1]!.batch.bytes).toEqual(batchOfIds([2, 3]).bytes)
  expect(idsIn(SEGMENT)).toEqual([1, 2, 3, 4])
})

test('keeps a tenant of any characters and a batch of any length', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '\0', 'é', '한', '😀'), maxLength: 40 }),
      fc.uint8Array({ maxLength: 200 }),
      (tenant, bytes) => {
        const record = encodeRecord([batchOfIds([1], bytes)], { ...accepted('a'), tenant })
        expect(Buffer.concat(record.chunks).length).toBe(record.byteLength)
        expect(record.byteLength % 8).toBe(0)
        const parsed = parseSegment(segmentOf(record.chunks, ...RECORDS)).records
        expect(parsed).toHaveLength(4)
        expect(parsed[0]!.tenant).toBe(Buffer.from(tenant).toString())
        expect(parsed[0]!.batch.bytes).toEqual(bytes)
      },
    ),
  )
})

test('gives back every batch of a record, whatever their lengths', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 4 }), (bodies) => {
      const batches = bodies.map((bytes, i) => batchOfIds([i + 1], bytes))
      const { records } = parseSegment(segmentOf(encodeRecord(batches, accepted('a')).chunks, ...RECORDS))
      expect(records.slice(0, -3).map(({ batch }) => batch.bytes)).toEqual(bodies)
      expect(scanSegment(segmentOf(encodeRecord(batches, accepted('a')).chunks)).records[0]!.items).toBe(bodies.length)
    }),
  )
})

test('does not copy the bytes of a batch on the way out', () => {
  const bytes = new Uint8Array(100_000)
  expect(encodeRecord([batchOfIds([1], bytes)], accepted('a')).chunks).toContain(bytes)
})

test('cut at every byte: whole records stay, the torn one is told from damage', () => {
  const ends = [SEGMENT_HEADER_BYTES]
  for (const length of LENGTHS) ends.push(ends.at(-1)! + length)
  for (let length = 0; length <= SEGMENT.length; length++) {
    const scan = scanSegment(SEGMENT.subarray(0, length))
    const whole = ends.filter((end) => end <= length).length - 1
    expect(scan.records.length, `cut at ${length}`).toBe(Math.max(0, whole))
    expect(scan.damaged).toEqual([])
    expect(scan.tornAt).toBe(ends.includes(length) ? undefined : length < SEGMENT_HEADER_BYTES ? 0 : ends[whole])
  }
})

describe('any byte flipped', () => {
  test('in a record: it alone is missing, and its bytes are known as damaged', () => {
    for (let at = SEGMENT_HEADER_BYTES; at < SEGMENT.length; at++) {
      const flipped = Buffer.from(SEGMENT)
      flipped[at] = flipped[at]! ^ (1 << (at % 8))
      const scan = scanSegment(flipped)
      const record = LENGTHS.findIndex((_, i) => at < SEGMENT_HEADER_BYTES + sum(LENGTHS.slice(0, i + 1)))
      const start = SEGMENT_HEADER_BYTES + sum(LENGTHS.slice(0, record))
      // Padding behind a payload means nothing and is not checked.
      if (scan.records.length === RECORDS.length) continue
      expect(scan.damaged, `flipped ${at}`).toEqual([{ offset: start, length: LENGTHS[record] }])
      expect(scan.tornAt).toBeUndefined()
      expect(idsIn(flipped)).toEqual(
        [
          [2, 3, 4],
          [1, 4],
          [1, 2, 3],
        ][record],
      )
    }
  })

  test('in the header: every record is still there', () => {
    for (let at = 0; at < SEGMENT_HEADER_BYTES; at++) {
      const flipped = Buffer.from(SEGMENT)
      flipped[at] = flipped[at]! ^ 0x80
      // A version is not covered by the checksum, since a newer one may have another; it must not be taken for damage.
      if (at >= 8 && at < 12) expect(() => scanSegment(flipped)).toThrow('newer Clew')
      else expect(scanSegment(flipped).records).toHaveLength(3)
    }
  })
})

test('bytes that were never written and read as zero are a torn record', () => {
  const scan = scanSegment(Buffer.concat([SEGMENT, Buffer.alloc(4_096)]))
  expect(scan.records).toHaveLength(3)
  expect(scan.tornAt).toBe(SEGMENT.length)
})

test('neighbouring damaged records are one range', () => {
  const zeroed = Buffer.from(SEGMENT)
  zeroed.fill(1, SEGMENT_HEADER_BYTES, SEGMENT_HEADER_BYTES + LENGTHS[0]! + LENGTHS[1]!)
  expect(scanSegment(zeroed).damaged).toEqual([{ offset: SEGMENT_HEADER_BYTES, length: LENGTHS[0]! + LENGTHS[1]! }])
})

test('never fails on any bytes, and takes no longer than their length allows', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(SEGMENT.length), (noise, at) => {
      const mixed = Buffer.concat([SEGMENT.subarray(0, at), noise, SEGMENT.subarray(at)])
      encodeSegmentHeader(HEADER).forEach((byte, i) => {
        mixed[i] = byte
      })
      const scan = scanSegment(mixed)
      for (const { payload } of scan.records) expect(payload.length).toBeGreaterThan(0)
    }),
  )
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
