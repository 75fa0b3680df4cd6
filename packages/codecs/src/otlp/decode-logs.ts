// OTLP log requests into a LogBatch, scanned like spans (decode-spans.ts).
import { allocateLogBatch, LOG_ROW_BYTES, type LogBatch, MARK } from '@clew/model'
import type { Decoded, ReserveMemory } from '../codec.ts'
import { isUtf8 } from '../wire/utf8.ts'
import {
  afterField,
  afterFixed,
  afterVarint,
  checkAnyValue,
  checkKeyValue,
  lengthDelimited,
  valueEnd,
  varintAt,
} from './check-message.ts'
import type { OtlpEncoding } from './decode-spans.ts'
import { jsonToProtobuf } from './json-to-protobuf.ts'
import { LOGS_DATA } from './messages.ts'
import { countItems, ORIGIN_BYTES, scanEnvelopes } from './scan-envelopes.ts'
import { copyBytes, copyTime, halves } from './scan-values.ts'

const HIGHEST_SEVERITY = 24

/**
 * Records of an ExportLogsServiceRequest (which is LogsData). For protobuf `batch.bytes` is `body` itself. No record is
 * rejected: an invalid trace or span id means that it belongs to none (logs.proto), and the columns are zero then.
 * Throws DecodeError when the body is no such message.
 */
export function decodeOtlpLogs(
  body: Uint8Array,
  encoding: OtlpEncoding,
  reserve: ReserveMemory = () => {},
): Decoded<LogBatch> {
  const message = encoding === 'json' ? jsonToProtobuf(body, LOGS_DATA, reserve) : body
  const bytes = new Uint8Array(message.buffer, message.byteOffset, message.byteLength)
  const { items, origins } = countItems(bytes, 0)
  reserve(items * LOG_ROW_BYTES + origins * ORIGIN_BYTES)
  const batch = allocateLogBatch(items, message)
  const scanner = new LogScanner(batch, bytes)
  batch.origins = scanEnvelopes(bytes, (start, end, origin, originValid) =>
    scanner.scan(start, end, origin, originValid),
  )
  return { batch, rejected: 0, reason: '' }
}

class LogScanner {
  readonly #batch: LogBatch
  readonly #bytes: Uint8Array
  readonly #timeHalves: Uint32Array
  readonly #observedHalves: Uint32Array

  constructor(batch: LogBatch, bytes: Uint8Array) {
    this.#batch = batch
    this.#bytes = bytes
    this.#timeHalves = halves(batch.timeUnixNano)
    this.#observedHalves = halves(batch.observedUnixNano)
  }

  scan(start: number, end: number, origin: number, originValid: boolean): void {
    const bytes = this.#bytes
    let traceId = 0
    let traceIdLength = 0
    let spanId = 0
    let spanIdLength = 0
    let severity = 0
    let time = -1
    let observed = -1
    let valid = originValid
    let at = start
    while (at < end) {
      switch (bytes[at]) {
        case 0x09: // time_unix_nano
          time = at + 1
          at = afterFixed(bytes, time, end, 8)
          break
        case 0x10: // severity_number
          severity = varintAt(bytes, at + 1, end)
          at = afterVarint(bytes, at + 1, end)
          break
        case 0x1a: // severity_text
        case 0x62: {
          // event_name
          const from = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          if (!isUtf8(bytes, from, at)) valid = false
          break
        }
        case 0x2a: {
          // body
          const from = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          if (!checkAnyValue(bytes, from, at, 0)) valid = false
          break
        }
        case 0x32: {
          // attributes
          const from = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          if (!checkKeyValue(bytes, from, at, 0)) valid = false
          break
        }
        case 0x4a: // trace_id
          traceId = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          traceIdLength = at - traceId
          break
        case 0x52: // span_id
          spanId = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          spanIdLength = at - spanId
          break
        case 0x59: // observed_time_unix_nano
          observed = at + 1
          at = afterFixed(bytes, observed, end, 8)
          break
        default:
          at = afterField(bytes, at, end)
      }
    }

    const batch = this.#batch
    const row = batch.count++
    if (traceIdLength === 16) copyBytes(bytes, traceId, batch.traceId, row * 16, 16)
    if (spanIdLength === 8) copyBytes(bytes, spanId, batch.spanId, row * 8, 8)
    copyTime(bytes, time, this.#timeHalves, row)
    copyTime(bytes, observed, this.#observedHalves, row)
    batch.itemOffset[row] = start
    batch.itemLength[row] = end - start
    batch.origin[row] = origin
    // Values that this version of OTLP does not know are read as the default; the bytes keep them.
    batch.severity[row] = severity <= HIGHEST_SEVERITY ? severity : 0
    batch.marks[row] = valid ? 0 : MARK.invalidUtf8
  }
}
