// One Span of jaeger.thrift into the scratch, in either protocol: positions and numbers, no objects.
import { REFERENCE_ID_BYTES, type SpanScratch, TAG, type TagRows } from '../jaeger-model/span-scratch.ts'
import { nanoFromMicros } from '../jaeger-model/times.ts'
import { THRIFT, type ThriftReader } from '../wire/thrift-reader.ts'
import { currentField, LOG, REF_TYPE, SPAN, SPAN_REF, TAG_FIELD, TAG_TYPE } from './fields.ts'

/** The struct that `reader` stands at. */
export function decodeSpan(reader: ThriftReader, scratch: SpanScratch): void {
  scratch.clear()
  reader.openStruct()
  while (reader.nextField())
    switch (currentField(reader)) {
      case SPAN.traceIdLow:
        readId(reader, scratch.traceId, 8)
        break
      case SPAN.traceIdHigh:
        readId(reader, scratch.traceId, 0)
        break
      case SPAN.spanId:
        readId(reader, scratch.spanId, 0)
        break
      case SPAN.parentSpanId:
        readId(reader, scratch.parentSpanId, 0)
        break
      case SPAN.operationName:
        reader.binary()
        scratch.nameStart = reader.valueStart
        scratch.nameEnd = reader.valueEnd
        break
      case SPAN.references:
        for (let i = reader.openList(THRIFT.struct); i > 0; i--) decodeReference(reader, scratch)
        break
      case SPAN.flags:
        scratch.flags = reader.i32() >>> 0
        break
      case SPAN.startTime:
        reader.i64()
        scratch.startNano = nanoFromMicros(reader.low, reader.high)
        break
      case SPAN.duration:
        reader.i64()
        scratch.durationNano = nanoFromMicros(reader.low, reader.high)
        break
      case SPAN.tags:
        decodeTags(reader, scratch.tags)
        break
      case SPAN.logs:
        for (let i = reader.openList(THRIFT.struct); i > 0; i--) decodeLog(reader, scratch)
        break
      default:
        reader.skip()
    }
}

/** The list of tags that `reader` stands at. */
export function decodeTags(reader: ThriftReader, tags: TagRows): void {
  for (let i = reader.openList(THRIFT.struct); i > 0; i--) decodeTag(reader, tags)
}

function decodeTag(reader: ThriftReader, tags: TagRows): void {
  const row = tags.add()
  let type: number = TAG_TYPE.string
  let textStart = 0
  let textEnd = 0
  let isTrue = 0
  let low = 0
  let high = 0
  let binaryStart = 0
  let binaryEnd = 0
  tags.double[row] = 0
  reader.openStruct()
  while (reader.nextField())
    switch (currentField(reader)) {
      case TAG_FIELD.key:
        reader.binary()
        tags.keyStart[row] = reader.valueStart
        tags.keyEnd[row] = reader.valueEnd
        break
      case TAG_FIELD.vType:
        type = reader.i32()
        break
      case TAG_FIELD.vStr:
        reader.binary()
        textStart = reader.valueStart
        textEnd = reader.valueEnd
        break
      case TAG_FIELD.vDouble:
        tags.double[row] = reader.double()
        break
      case TAG_FIELD.vBool:
        isTrue = reader.bool() ? 1 : 0
        break
      case TAG_FIELD.vLong:
        reader.i64()
        low = reader.low
        high = reader.high
        break
      case TAG_FIELD.vBinary:
        reader.binary()
        binaryStart = reader.valueStart
        binaryEnd = reader.valueEnd
        break
      default:
        reader.skip()
    }
  switch (type) {
    case TAG_TYPE.string:
      tags.set(row, TAG.string, textStart, textEnd)
      break
    case TAG_TYPE.double:
      tags.set(row, TAG.float64, 0, 0)
      break
    case TAG_TYPE.bool:
      tags.set(row, TAG.bool, isTrue, 0)
      break
    case TAG_TYPE.long:
      tags.set(row, TAG.int64, low, high)
      break
    case TAG_TYPE.binary:
      tags.set(row, TAG.binary, binaryStart, binaryEnd)
      break
    default:
      tags.set(row, TAG.unknown, 0, 0)
  }
}

function decodeLog(reader: ThriftReader, { logs, fields }: SpanScratch): void {
  const row = logs.add(fields.count)
  reader.openStruct()
  while (reader.nextField())
    switch (currentField(reader)) {
      case LOG.timestamp:
        reader.i64()
        logs.timestampNano[row] = nanoFromMicros(reader.low, reader.high)
        break
      case LOG.fields:
        decodeTags(reader, fields)
        break
      default:
        reader.skip()
    }
  logs.fieldEnd[row] = fields.count
}

function decodeReference(reader: ThriftReader, { references }: SpanScratch): void {
  const row = references.add(true)
  const at = row * REFERENCE_ID_BYTES
  reader.openStruct()
  while (reader.nextField())
    switch (currentField(reader)) {
      case SPAN_REF.refType:
        references.isChildOf[row] = reader.i32() === REF_TYPE.CHILD_OF
        break
      case SPAN_REF.traceIdLow:
        readId(reader, references.ids, at + 8)
        break
      case SPAN_REF.traceIdHigh:
        readId(reader, references.ids, at)
        break
      case SPAN_REF.spanId:
        readId(reader, references.ids, at + 16)
        break
      default:
        reader.skip()
    }
}

/** An i64 as the eight bytes of an id, the highest first. */
function readId(reader: ThriftReader, ids: Uint8Array, at: number): void {
  reader.i64()
  const { low, high } = reader
  ids[at] = high >>> 24
  ids[at + 1] = high >>> 16
  ids[at + 2] = high >>> 8
  ids[at + 3] = high
  ids[at + 4] = low >>> 24
  ids[at + 5] = low >>> 16
  ids[at + 6] = low >>> 8
  ids[at + 7] = low
}
