// `Batch` of jaeger.thrift into a batch of ours: the body of POST /api/traces on 14268, and the argument of `emitBatch`.
// What it says of the sender's queue (`seqNo`, `stats`) is about no span and is left.
import type { Resource, SpanBatch } from '@clew/model'
import type { Decoded, ReserveMemory } from '../codec.ts'
import { NO_PROCESS, resourceFromRows } from '../jaeger-model/process-resource.ts'
import { MAX_SPANS, SpanScratch, TagRows } from '../jaeger-model/span-scratch.ts'
import { JaegerSpanWriter } from '../jaeger-model/span-writer.ts'
import { SpanBatchBuilder } from '../otlp/span-batch-builder.ts'
import { BinaryThriftReader } from '../wire/thrift-binary-reader.ts'
import { CompactThriftReader } from '../wire/thrift-compact-reader.ts'
import { THRIFT, type ThriftReader } from '../wire/thrift-reader.ts'
import { decodeSpan, decodeTags } from './decode-span.ts'
import { BATCH, currentField, PROCESS } from './fields.ts'

export type ThriftProtocol = 'binary' | 'compact'

const FORMAT = 'jaeger thrift'

/** Rejected are spans without a trace or span id. Throws DecodeError when the body is no such struct. */
export function decodeJaegerThrift(
  body: Uint8Array,
  protocol: ThriftProtocol,
  reserve?: ReserveMemory,
): Decoded<SpanBatch> {
  return decodeBatch(thriftReader(body, protocol), reserve)
}

export function thriftReader(bytes: Uint8Array, protocol: ThriftProtocol): ThriftReader {
  return protocol === 'binary' ? new BinaryThriftReader(FORMAT, bytes) : new CompactThriftReader(FORMAT, bytes)
}

/** The Batch that `reader` stands at. */
export function decodeBatch(reader: ThriftReader, reserve?: ReserveMemory): Decoded<SpanBatch> {
  const builder = new SpanBatchBuilder(reader.bytes.length + 1024, reserve)
  const writer = new JaegerSpanWriter(builder)
  const scratch = new SpanScratch(FORMAT, reader.bytes)
  let resource: Resource | undefined
  let skippedSpans = -1
  reader.openStruct()
  while (reader.nextField())
    switch (currentField(reader)) {
      case BATCH.process:
        resource = decodeProcess(reader)
        break
      case BATCH.spans:
        if (resource !== undefined) decodeList(reader, scratch, writer, resource)
        else {
          // No writer puts the spans before their process; where one did, they are read when the rest is.
          skippedSpans = reader.position
          reader.skip()
        }
        break
      default:
        reader.skip()
    }
  if (skippedSpans >= 0) {
    reader.position = skippedSpans
    decodeList(reader, scratch, writer, resource ?? NO_PROCESS)
  }
  return { batch: builder.build(), rejected: writer.rejected, reason: writer.reason }
}

function decodeList(reader: ThriftReader, scratch: SpanScratch, writer: JaegerSpanWriter, resource: Resource): void {
  const count = reader.openList(THRIFT.struct)
  if (count > MAX_SPANS) reader.fail(`${count} spans in one batch, expected at most ${MAX_SPANS}`)
  for (let index = 0; index < count; index++) {
    decodeSpan(reader, scratch)
    writer.write(scratch, resource, index)
  }
}

function decodeProcess(reader: ThriftReader): Resource {
  const tags = new TagRows(FORMAT)
  let serviceName = ''
  reader.openStruct()
  while (reader.nextField())
    switch (currentField(reader)) {
      case PROCESS.serviceName:
        serviceName = reader.text()
        break
      case PROCESS.tags:
        decodeTags(reader, tags)
        break
      default:
        reader.skip()
    }
  return resourceFromRows(serviceName, reader.bytes, tags)
}
