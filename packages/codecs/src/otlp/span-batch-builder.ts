// Builds batches from objects: the way in for every dialect that is not OTLP. What is added becomes OTLP bytes and is
// then scanned like any OTLP request, so that columns, marks and rejections have one author.
import type { LogBatch, LogRecord, Span, SpanBatch } from '@clew/model'
import { decodeOtlpLogs } from './decode-logs.ts'
import { decodeOtlpSpans } from './decode-spans.ts'
import { encodeLogs, encodeTraces } from './encode-traces.ts'

/** Collects spans; the batch holds them grouped by resource and scope. A span without valid ids is left out. */
export class SpanBatchBuilder {
  readonly #spans: Span[] = []

  add(span: Span): void {
    this.#spans.push(span)
  }

  build(): SpanBatch {
    return decodeOtlpSpans(encodeTraces(this.#spans, 'protobuf'), 'protobuf').batch
  }
}

/** The same for log records. */
export class LogBatchBuilder {
  readonly #records: LogRecord[] = []

  add(record: LogRecord): void {
    this.#records.push(record)
  }

  build(): LogBatch {
    return decodeOtlpLogs(encodeLogs(this.#records, 'protobuf'), 'protobuf').batch
  }
}
