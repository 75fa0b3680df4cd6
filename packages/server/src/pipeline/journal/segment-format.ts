// The bytes of a journal segment. Pure: the journal writes them, recovery and the store's block builder read them.
// Everything is little-endian and starts at a multiple of 8, so that the columns of a payload can be viewed in place.
//
//   header   | "CLEWJRNL" | version u32 | crc u32 | block u64 | stored day u32 | 0 u32 |                         32 bytes
//   record   | "CLR1" u32 | head crc u32 | body crc u32 | payload length u32 | tenant length u16 | 0 u16 |
//            | items u32 | accepted ms u64 | identity 16 bytes |                                                48 bytes
//            | tenant, padded | payload, padded |                                                               the body
//
// The head has a crc of its own: so a record that was torn off (its length is true, the file ends before) is told from one
// that was damaged (its length means nothing). CRC32 is zlib's: see docs/adr/0003.
import { crc32 } from 'node:zlib'
import { decodeBatches, encodeBatches } from '@clew/codecs'
import { ClewError, type TelemetryBatch } from '@clew/model'
import type { AcceptedRequest } from '../accepted-request.ts'

export const SEGMENT_HEADER_BYTES = 32
const RECORD_HEAD_BYTES = 48
/** 2: a record may hold several batches. */
const FORMAT_VERSION = 2
const SEGMENT_MAGIC = Buffer.from('CLEWJRNL', 'latin1')
/** "CLR1" */
const RECORD_MAGIC = 0x31524c43

export interface SegmentHeader {
  readonly block: bigint
  /** Days since 1970, UTC, of acceptance. */
  readonly storedDay: number
}

/** One batch of a request as it was acknowledged. */
export interface JournalRecord {
  readonly tenant: string
  readonly acceptedMs: number
  readonly batch: TelemetryBatch
}

/** A record whose checksums are right, its batch not decoded. Arrays are views of the segment. */
export interface RawRecord {
  readonly tenant: string
  readonly acceptedMs: number
  readonly items: number
  readonly identity: Uint8Array
  readonly payload: Uint8Array
}

export interface ByteRange {
  readonly offset: number
  readonly length: number
}

export interface SegmentScan {
  /** Undefined when its bytes are damaged: the name of the file says the block as well. */
  readonly header: SegmentHeader | undefined
  readonly records: readonly RawRecord[]
  /** Records in the middle that are not what was written. */
  readonly damaged: readonly ByteRange[]
  /** Where a last record was torn off by a crash before it was acknowledged. */
  readonly tornAt: number | undefined
}

export interface EncodedRecord {
  /** In order; the big ones are the caller's own arrays, not copies. */
  readonly chunks: readonly Uint8Array[]
  readonly byteLength: number
}

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
  SEGMENT_MAGIC.copy(bytes, 0)
  bytes.writeUInt32LE(FORMAT_VERSION, 8)
  bytes.writeBigUInt64LE(header.block, 16)
  bytes.writeUInt32LE(header.storedDay, 24)
  bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12)
  return bytes
}

/** The batches of one request as one record: a crash leaves all of it or nothing. */
export function encodeRecord(
  batches: readonly TelemetryBatch[],
  request: Omit<AcceptedRequest, 'room'>,
): EncodedRecord {
  // Of an empty chunk zlib's crc32 is 0, whatever came before it.
  const payload = encodeBatches(batches).filter(({ length }) => length > 0)
  const tenantLength = Buffer.byteLength(request.tenant)
  const headLength = RECORD_HEAD_BYTES + padded(tenantLength)
  // From Node's pool: an array of its own for each small request would be most of its cost.
  const head = Buffer.allocUnsafe(headLength).fill(0)
  head.write(request.tenant, RECORD_HEAD_BYTES)
  let payloadLength = 0
  let bodyCrc = crc32(head.subarray(RECORD_HEAD_BYTES))
  for (const chunk of payload) {
    payloadLength += chunk.length
    bodyCrc = crc32(chunk, bodyCrc)
  }
  head.writeUInt32LE(RECORD_MAGIC, 0)
  head.writeUInt32LE(bodyCrc, 8)
  head.writeUInt32LE(payloadLength, 12)
  head.writeUInt16LE(tenantLength, 16)
  head.writeUInt32LE(itemsOf(batches), 20)
  head.writeUIntLE(request.acceptedMs, 24, 6)
  head.set(request.identity, 32)
  head.writeUInt32LE(crc32(head.subarray(8, RECORD_HEAD_BYTES)), 4)
  const padding = padded(payloadLength) - payloadLength
  const chunks = [head, ...payload]
  if (padding > 0) chunks.push(PADDING.subarray(0, padding))
  return { chunks, byteLength: headLength + payloadLength + padding }
}

export function itemsOf(batches: readonly TelemetryBatch[]): number {
  return batches.reduce((sum, { count }) => sum + count, 0)
}

/**
 * The batches of a sealed segment's records, what is damaged left out. Batches are views of `bytes`.
 * Throws DATA_FOLDER_NEWER for a format of a later version, DecodeError when a batch is none.
 */
export function parseSegment(bytes: Uint8Array): { readonly records: JournalRecord[] } {
  const records = scanSegment(bytes).records.flatMap(({ tenant, acceptedMs, payload }) =>
    decodeBatches(payload).map((batch) => ({ tenant, acceptedMs, batch })),
  )
  return { records }
}

/** Finds the records of a segment and what is wrong with it. Never throws for damage. */
export function scanSegment(bytes: Uint8Array): SegmentScan {
  const segment = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: RawRecord[] = []
  const damaged: ByteRange[] = []
  let at = SEGMENT_HEADER_BYTES
  if (segment.length < SEGMENT_HEADER_BYTES) return { header: undefined, records, damaged, tornAt: 0 }
  const header = readHeader(segment)
  while (at < segment.length) {
    const head = readHead(segment, at)
    if (head === undefined) {
      const next = nextRecord(segment, at + 8)
      if (next === undefined) {
        if (isTail(segment, at)) return { header, records, damaged, tornAt: at }
        addDamage(damaged, at, segment.length)
        break
      }
      addDamage(damaged, at, next)
      at = next
      continue
    }
    if (head.end > segment.length) return { header, records, damaged, tornAt: at }
    if (isBodyWhole(segment, at, head)) {
      records.push({
        tenant: segment.toString('utf8', at + RECORD_HEAD_BYTES, at + RECORD_HEAD_BYTES + head.tenantLength),
        acceptedMs: segment.readUIntLE(at + 24, 6),
        items: segment.readUInt32LE(at + 20),
        identity: plainView(segment, at + 32, at + RECORD_HEAD_BYTES),
        payload: plainView(segment, head.payloadStart, head.payloadEnd),
      })
    } else addDamage(damaged, at, head.end)
    at = head.end
  }
  return { header, records, damaged, tornAt: undefined }
}

interface RecordHead {
  readonly bodyCrc: number
  readonly tenantLength: number
  readonly payloadStart: number
  readonly payloadEnd: number
  /** Where the next record starts. */
  readonly end: number
}

function readHeader(segment: Buffer): SegmentHeader | undefined {
  if (SEGMENT_MAGIC.compare(segment, 0, SEGMENT_MAGIC.length) !== 0) return undefined
  if (crc32(segment.subarray(16, SEGMENT_HEADER_BYTES)) !== segment.readUInt32LE(12)) return undefined
  const version = segment.readUInt32LE(8)
  if (version > FORMAT_VERSION)
    throw new ClewError(
      'DATA_FOLDER_NEWER',
      `journal segment: expected format version ${FORMAT_VERSION} or lower, got ${version}: it was written by a newer Clew`,
    )
  return { block: segment.readBigUInt64LE(16), storedDay: segment.readUInt32LE(24) }
}

/** The head at `at`, or undefined when there is none whose checksum is right. */
function readHead(segment: Buffer, at: number): RecordHead | undefined {
  if (at + RECORD_HEAD_BYTES > segment.length || segment.readUInt32LE(at) !== RECORD_MAGIC) return undefined
  if (crc32(segment.subarray(at + 8, at + RECORD_HEAD_BYTES)) !== segment.readUInt32LE(at + 4)) return undefined
  const tenantLength = segment.readUInt16LE(at + 16)
  const payloadStart = at + RECORD_HEAD_BYTES + padded(tenantLength)
  const payloadEnd = payloadStart + segment.readUInt32LE(at + 12)
  const end = payloadStart + padded(payloadEnd - payloadStart)
  return { bodyCrc: segment.readUInt32LE(at + 8), tenantLength, payloadStart, payloadEnd, end }
}

function isBodyWhole(segment: Buffer, at: number, head: RecordHead): boolean {
  return crc32(segment.subarray(at + RECORD_HEAD_BYTES, head.payloadEnd)) === head.bodyCrc
}

/** Neighbours make one range: a lost page may hold many small records. */
function addDamage(damaged: ByteRange[], start: number, end: number): void {
  const last = damaged.at(-1)
  if (last !== undefined && last.offset + last.length === start)
    damaged[damaged.length - 1] = { offset: last.offset, length: end - last.offset }
  else damaged.push({ offset: start, length: end - start })
}

/** Where the next whole record starts at or after `from`. */
function nextRecord(segment: Buffer, from: number): number | undefined {
  for (let at = from; at + RECORD_HEAD_BYTES <= segment.length; at += 8) {
    const head = readHead(segment, at)
    if (head !== undefined && head.end <= segment.length && isBodyWhole(segment, at, head)) return at
  }
  return undefined
}

/** True for what a crash leaves of a record: less than a head, or bytes that were never written and read as zero. */
function isTail(segment: Buffer, at: number): boolean {
  if (segment.length - at < RECORD_HEAD_BYTES) return true
  for (let i = at; i < segment.length; i++) if (segment[i] !== 0) return false
  return true
}

/** No Buffer: code that reads columns is faster when it sees one kind of array. */
function plainView(segment: Buffer, start: number, end: number): Uint8Array {
  return new Uint8Array(segment.buffer, segment.byteOffset + start, end - start)
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8
}

const PADDING = new Uint8Array(8)
