// One row a trace of the block: counted from the runs of equal ids in trace order.
import { asBytes, constantUint16, constantUint64, type NativeFileColumn } from '../native-writer.ts'
import { ROOT_HEAD_BYTES, rootService, writeRootHead } from '../trace-root.ts'
import { copyBytes, GrowableBytes, writeVarUint } from './growable-bytes.ts'
import { compareWords } from './row-order.ts'
import { ServiceCounts } from './service-counts.ts'
import type { SpanRows } from './span-rows.ts'
import { type BlockOf, lowCardinalityColumn, take32, take64 } from './spans-table.ts'

const STATUS_ERROR = 2

/** First rows (by trace order) of each trace, and what was counted over its rows. */
export class TraceRuns {
  /** Place in the order where each run starts; one more entry at the end. */
  readonly starts: Uint32Array
  readonly count: number

  constructor(rows: SpanRows, order: Uint32Array) {
    const starts = new Uint32Array(order.length + 1)
    let count = 0
    for (let i = 0; i < order.length; i++)
      if (i === 0 || !sameTrace(rows, order[i - 1]!, order[i]!)) starts[count++] = i
    starts[count] = order.length
    this.starts = starts
    this.count = count
  }
}

export function summaryColumns(rows: SpanRows, order: Uint32Array, runs: TraceRuns, of: BlockOf): NativeFileColumn[] {
  const { count, starts } = runs
  const first = new Uint32Array(count)
  const root = new Uint32Array(count)
  const firstStart = new Uint32Array(count * 2)
  const lastEnd = new Uint32Array(count * 2)
  const spanCount = new Uint32Array(count * 2)
  const errorCount = new Uint32Array(count * 2)
  const blocks = new Uint32Array(count * 2)
  const serviceCounts = new ServiceCounts(rows.services)
  const serviceRanks = rows.services.ranks()
  const nameRanks = rows.names.ranks()
  const comesBefore = (a: number, b: number): boolean =>
    (rows.root[b]! - rows.root[a]! ||
      compareWords(rows.start, a, b) ||
      serviceRanks[rows.service[a]!]! - serviceRanks[rows.service[b]!]! ||
      nameRanks[rows.name[a]!]! - nameRanks[rows.name[b]!]!) < 0
  for (let run = 0; run < count; run++) {
    const from = starts[run]!
    const to = starts[run + 1]!
    let best = order[from]!
    let earliest = best
    let latest = best
    let errors = 0
    for (let i = from; i < to; i++) {
      const row = order[i]!
      if (comesBefore(row, best)) best = row
      if (compareWords(rows.start, row, earliest) < 0) earliest = row
      if (compareEnds(rows, row, latest) > 0) latest = row
      const isError = rows.status[row] === STATUS_ERROR
      if (isError) errors++
      serviceCounts.add(rows.service[row]!, isError)
    }
    serviceCounts.endTrace()
    first[run] = order[from]!
    root[run] = best
    blocks[2 * run] = mayRepeat(rows, order, from, to) ? 2 : 1
    copyWords(rows.start, earliest, firstStart, run)
    copyWords(endOf(rows, latest), latest, lastEnd, run)
    spanCount[2 * run] = to - from
    errorCount[2 * run] = errors
  }
  return [
    lowCardinalityColumn('tenant', rows.tenants, take32(rows.tenant, first)),
    { name: 'stored_day', type: 'Date', chunks: [constantUint16(of.storedDay, count)] },
    { name: 'block', type: 'UInt64', chunks: [constantUint64(of.block, count)] },
    { name: 'blocks', type: 'UInt64', chunks: [asBytes(blocks)] },
    { name: 'trace_low', type: 'UInt64', chunks: [asBytes(take64(rows.traceLow, first))] },
    { name: 'trace_high', type: 'UInt64', chunks: [asBytes(take64(rows.traceHigh, first))] },
    { name: 'first_start', type: 'UInt64', chunks: [asBytes(firstStart)] },
    { name: 'last_end', type: 'UInt64', chunks: [asBytes(lastEnd)] },
    { name: 'span_count', type: 'UInt64', chunks: [asBytes(spanCount)] },
    { name: 'error_count', type: 'UInt64', chunks: [asBytes(errorCount)] },
    { name: 'root', type: 'String', chunks: [rootStrings(rows, root)] },
    serviceCounts.column(),
  ]
}

function sameTrace(rows: SpanRows, a: number, b: number): boolean {
  return (
    rows.tenant[a] === rows.tenant[b] &&
    compareWords(rows.traceLow, a, b) === 0 &&
    compareWords(rows.traceHigh, a, b) === 0
  )
}

/** A span that ends before it starts ends where it starts, as its duration of 0 says. */
function endOf(rows: SpanRows, row: number): Uint32Array {
  return rows.duration[2 * row] === 0 && rows.duration[2 * row + 1] === 0 ? rows.start : rows.end
}

function compareEnds(rows: SpanRows, a: number, b: number): number {
  const endA = endOf(rows, a)
  const endB = endOf(rows, b)
  return endA[2 * a + 1]! - endB[2 * b + 1]! || endA[2 * a]! - endB[2 * b]!
}

function copyWords(source: Uint32Array, row: number, target: Uint32Array, to: number): void {
  target[2 * to] = source[2 * row]!
  target[2 * to + 1] = source[2 * row + 1]!
}

/** More spans that start at once are not compared with one another; they are taken for ones that may repeat. */
const COMPARED_SPANS = 64

/** Whether a span id may come twice among the rows of a trace: copies of a span start at once, so they stand together. */
function mayRepeat(rows: SpanRows, order: Uint32Array, from: number, to: number): boolean {
  let together = from
  for (let i = from + 1; i < to; i++) {
    if (compareWords(rows.start, order[i - 1]!, order[i]!) !== 0) together = i
    if (i - together > COMPARED_SPANS) return true
    for (let j = together; j < i; j++) if (compareWords(rows.spanId, order[j]!, order[i]!) === 0) return true
  }
  return false
}

function rootStrings(rows: SpanRows, root: Uint32Array): Uint8Array {
  const services = Array.from({ length: rows.services.size }, (_, id) => rootService(rows.services.bytesOf(id)))
  const names = Array.from({ length: rows.names.size }, (_, id) => rows.names.bytesOf(id).slice())
  const data = new GrowableBytes(root.length * 48 + 16)
  for (const row of root) {
    const service = services[rows.service[row]!]!
    const name = names[rows.name[row]!]!
    const length = ROOT_HEAD_BYTES + service.length + name.length
    data.reserve(length + 5)
    const { bytes } = data
    let at = writeVarUint(bytes, data.length, length)
    at = writeRootHead(bytes, at, rows.root[row] === 0, rows.start[2 * row + 1]!, rows.start[2 * row]!)
    at = copyBytes(service, 0, service.length, bytes, at)
    data.length = copyBytes(name, 0, name.length, bytes, at)
  }
  return data.written()
}
