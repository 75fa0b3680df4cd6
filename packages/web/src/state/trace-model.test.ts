// A trace as the waterfall sees it: derived numbers, collapse state in the address, finding spans.
import { visibleRows } from '@clew/analysis'
import { expect, test } from 'vitest'
import type { TraceColumns } from '../api/generated.ts'
import { collapsedOf, revealingView, toggledView } from './collapse.ts'
import { buildTraceModel, findSpans, servicesOf, spanPath } from './trace-model.ts'

//  0 api POST ─┬─ 1 api check
//              └─ 2 worker run ── 3 worker step (error)     4 cache warm (its parent never arrived)
const columns: TraceColumns = {
  traceId: 'a'.repeat(32),
  traceIdText: null,
  askedSpanId: null,
  startUnixNano: '1',
  durationNano: '100',
  spanCount: 5,
  errorCount: 1,
  repeatedSpans: 0,
  hasRoot: true,
  metSpanIds: 0,
  strings: ['api', 'POST', 'check', 'worker', 'run', 'step', 'cache', 'warm'],
  spanId: ['s0', 's1', 's2', 's3', 's4'],
  parentIndex: [-1, 0, 0, 2, -1],
  parentMissing: [4],
  start: [0, 10, 30, 40, 50],
  duration: [100, 10, 60, 20, 5],
  service: [0, 0, 3, 3, 6],
  name: [1, 2, 4, 5, 7],
  kind: [2, 1, 1, 1, 1],
  status: [0, 0, 0, 2, 0],
  events: [0, 0, 0, 1, 0],
  links: [0, 0, 0, 0, 0],
  logs: [0, 0, 0, 0, 0],
  marks: [0, 0, 0, 0, 0],
  category: [0, 3, 2, 3, 3],
}
const model = buildTraceModel(columns)

test('says self time, errors below and orphans', () => {
  expect([...model.self]).toEqual([30, 10, 40, 20, 5])
  expect([...model.errorsBelow]).toEqual([1, 0, 1, 1, 0])
  expect([...model.orphans]).toEqual([0, 0, 0, 0, 1])
  expect(model.deepest).toBe(2)
})

test('counts services, most spans first', () => {
  expect(servicesOf(model)).toEqual([
    { name: 'api', spanCount: 2, errorCount: 0 },
    { name: 'worker', spanCount: 2, errorCount: 1 },
    { name: 'cache', spanCount: 1, errorCount: 0 },
  ])
})

test('a toggled span differs from what the depth says, and toggling twice is nothing', () => {
  const closed = { depth: 0 }
  expect([...visibleRows(model.tree, collapsedOf(model, closed))]).toEqual([0, 4])
  const opened = toggledView(model, closed, [0])
  expect(opened).toEqual({ depth: 0, toggled: ['s0'] })
  expect([...visibleRows(model.tree, collapsedOf(model, opened))]).toEqual([0, 1, 2, 4])
  expect(toggledView(model, opened, [0])).toEqual({ depth: 0, toggled: undefined })
})

test('revealing a span opens exactly its collapsed ancestors', () => {
  const view = revealingView(model, { depth: 0 }, 3)
  expect([...visibleRows(model.tree, collapsedOf(model, view))]).toEqual([0, 1, 2, 3, 4])
  expect(revealingView(model, {}, 3)).toEqual({})
})

test('finds spans by name or service in any case, in the order of the tree', () => {
  expect([...findSpans(model, 'WORK')]).toEqual([2, 3])
  expect([...findSpans(model, 'e')]).toEqual([1, 2, 3, 4])
})

test('spans that share an id are named apart, in the address and to the server', () => {
  const shared = buildTraceModel({ ...columns, spanId: ['s0', 's1', 's1', 's2', 's1'] })
  expect(shared.keys).toEqual(['s0', 's1', 's1.2', 's2', 's1.3'])
  expect(shared.indexOf.get('s1.3')).toBe(4)
  expect(spanPath(shared, 1)).toEqual({ path: '/spans/s1', nth: undefined })
  expect(spanPath(shared, 4)).toEqual({ path: '/spans/s1', nth: 3 })
})
