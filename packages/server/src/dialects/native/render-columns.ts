// A trace as columns for the page: numbers and one table of strings instead of an object a span. Made of outlines, so that
// no span is decoded, and in pieces.
import { SPAN_CATEGORIES } from '@clew/analysis'
import { durationNano, SPAN_KINDS, STATUS_CODES } from '@clew/model'
import { nextTurn, type TraceLine } from '../read-trace.ts'
import type { ReadTrace } from './read-named.ts'
import type { TraceColumnsJson } from './schemas.ts'
import { traceShape } from './trace-shape.ts'

/** Cells of a column written in one go. */
const CELLS_AT_ONCE = 10_000

/** What `TraceColumns` has one of for each span. */
type SpanColumn =
  | ('spanId' | 'parentIndex' | 'start' | 'duration' | 'service' | 'name' | 'kind' | 'status')
  | ('events' | 'links' | 'logs' | 'marks' | 'category')
type Cells = { readonly [Name in SpanColumn]: (line: TraceLine, index: number) => TraceColumnsJson[Name][number] }

/** The text of `TraceColumns`. */
export async function* renderColumns(
  { trace, lines, askedSpanId, traceIdText }: ReadTrace,
  logCounts: ReadonlyMap<string, number>,
): AsyncGenerator<string> {
  const { traceStart, traceEnd } = extent(lines)
  const { parents, roles, hasRoot, metSpanIds } = await traceShape(lines)
  await nextTurn()
  const strings = internStrings(lines)
  await nextTurn()
  const head: Omit<TraceColumnsJson, SpanColumn> = {
    traceId: trace.traceId,
    traceIdText: traceIdText ?? null,
    askedSpanId: askedSpanId ?? null,
    startUnixNano: String(traceStart),
    durationNano: String(traceEnd - traceStart),
    spanCount: lines.length,
    errorCount: lines.filter(({ outline }) => outline.status === 'error').length,
    repeatedSpans: trace.repeatedSpans,
    strings: [...strings.keys()],
    hasRoot,
    metSpanIds,
    parentMissing: [...parents.parentMissing],
  }
  const cells: Cells = {
    spanId: ({ stored }) => stored.spanId,
    parentIndex: (_line, index) => parents.parentIndex[index]!,
    start: ({ outline }) => Number(outline.startTimeUnixNano - traceStart),
    duration: ({ outline }) => Number(durationNano(outline.startTimeUnixNano, outline.endTimeUnixNano)),
    service: ({ stored }) => strings.get(stored.origin.serviceName)!,
    name: ({ outline }) => strings.get(outline.name)!,
    kind: ({ outline }) => SPAN_KINDS.indexOf(outline.kind),
    status: ({ outline }) => STATUS_CODES.indexOf(outline.status),
    events: ({ outline }) => outline.eventCount,
    links: ({ outline }) => outline.linkCount,
    logs: ({ stored }) => logCounts.get(stored.spanId) ?? 0,
    marks: ({ stored }) => stored.marks,
    category: (_line, index) => SPAN_CATEGORIES.indexOf(roles[index]!.category),
  }
  yield JSON.stringify(head).slice(0, -1)
  for (const [name, cell] of Object.entries(cells)) yield* renderColumn(name, lines, cell)
  yield '}'
}

async function* renderColumn(
  name: string,
  lines: readonly TraceLine[],
  cell: (line: TraceLine, index: number) => string | number,
): AsyncGenerator<string> {
  yield `,${JSON.stringify(name)}:[`
  for (let start = 0; start < lines.length; start += CELLS_AT_ONCE) {
    const part = lines.slice(start, start + CELLS_AT_ONCE).map((line, i) => cell(line, start + i))
    yield (start === 0 ? '' : ',') + JSON.stringify(part).slice(1, -1)
    await nextTurn()
  }
  yield ']'
}

/** The last end; of a span that ends before it starts, its start. */
function extent(lines: readonly TraceLine[]): { traceStart: bigint; traceEnd: bigint } {
  const traceStart = lines[0]?.outline.startTimeUnixNano ?? 0n
  let traceEnd = traceStart
  for (const { outline } of lines) {
    if (outline.startTimeUnixNano > traceEnd) traceEnd = outline.startTimeUnixNano
    if (outline.endTimeUnixNano > traceEnd) traceEnd = outline.endTimeUnixNano
  }
  return { traceStart, traceEnd }
}

/** Names of services and operations by the order in which they come up. */
function internStrings(lines: readonly TraceLine[]): ReadonlyMap<string, number> {
  const strings = new Map<string, number>()
  const intern = (text: string) => {
    if (!strings.has(text)) strings.set(text, strings.size)
  }
  for (const { stored } of lines) intern(stored.origin.serviceName)
  for (const { outline } of lines) intern(outline.name)
  return strings
}
