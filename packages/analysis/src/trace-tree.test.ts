// Single cases of tree, parents and self time that a reader can follow by eye.
import { expect, test } from 'vitest'
import { findParents } from './parent-index.ts'
import { selfTimes } from './self-time.ts'
import { buildTraceTree } from './trace-tree.ts'
import { collapsedBelow, visibleRows } from './visible-rows.ts'

test('orders children by start and counts subtrees', () => {
  const tree = buildTraceTree({ parentIndex: [-1, 0, 0, 1], start: [0, 20, 10, 25], duration: [50, 20, 5, 5] })
  expect([...tree.order]).toEqual([0, 2, 1, 3])
  expect([...tree.subtreeSize]).toEqual([4, 2, 1, 1])
  expect([...tree.depth]).toEqual([0, 1, 1, 2])
})

test('children that overlap each other or outlive the parent count once and clipped', () => {
  const trace = { parentIndex: [-1, 0, 0, 0], start: [0, 10, 15, 90], duration: [100, 20, 30, 40] }
  expect([...selfTimes(trace, buildTraceTree(trace))]).toEqual([55, 20, 30, 40])
})

test('cuts a cycle at its earliest span and keeps what hangs below it', () => {
  const tree = buildTraceTree({ parentIndex: [1, 2, 0, 2], start: [5, 3, 9, 10], duration: [1, 1, 1, 1] })
  expect(tree.cut).toEqual([1])
  expect([...tree.order]).toEqual([1, 0, 2, 3])
})

test('a span that is its own parent becomes a root', () => {
  const tree = buildTraceTree({ parentIndex: [0], start: [0], duration: [1] })
  expect([...tree.roots]).toEqual([0])
  expect(tree.cut).toEqual([0])
})

test('finds parents by id and names the spans whose parent never arrived', () => {
  const found = findParents(['a', 'b', 'c', 'd'], ['', 'a', 'b', 'lost'])
  expect([...found.parentIndex]).toEqual([-1, 0, 1, -1])
  expect(found.parentMissing).toEqual([3])
})

test('spans that repeat an id hang below its first span at most', () => {
  const found = findParents(['a', 'b', 'b', 'c'], ['', 'a', 'b', 'b'])
  expect([...found.parentIndex]).toEqual([-1, 0, 1, 1])
  expect(found.parentMissing).toEqual([])
})

test('the half of a server hangs below that of its client, and its own calls below it, whichever came first', () => {
  const ids = ['call', 'call', 'root', 'next', 'local']
  const parents = ['root', '', '', 'call', 'call']
  const kind = ['server', 'client', 'server', 'client', 'internal'] as const
  const found = findParents(ids, parents, { kind, service: ['cart', 'shop', 'shop', 'cart', 'shop'] })
  expect([...found.parentIndex]).toEqual([1, -1, -1, 0, 1])
  expect(found.parentMissing).toEqual([])
})

test('of a service that calls itself what runs meanwhile hangs below the half of the server', () => {
  const kind = ['client', 'server', 'internal'] as const
  const shared = { kind, service: ['cart', 'cart', 'cart'] }
  expect([...findParents(['a', 'a', 'b'], ['', '', 'a'], shared).parentIndex]).toEqual([-1, 0, 1])
  // Both halves name the parent of the call, or the call itself.
  expect([...findParents(['a', 'a', 'b'], ['b', 'b', ''], shared).parentIndex]).toEqual([2, 0, -1])
  expect([...findParents(['a', 'a', 'b'], ['a', 'a', 'a'], shared).parentIndex]).toEqual([1, 0, 1])
})

test('a span of two servers and no client has no halves', () => {
  const shared = { kind: ['server', 'server', 'client'], service: ['a', 'b', 'b'] } as const
  expect([...findParents(['x', 'x', 'c'], ['', '', 'x'], shared).parentIndex]).toEqual([-1, -1, 0])
})

test('a chain of 100,000 spans needs no recursion', () => {
  const count = 100_000
  const trace = {
    parentIndex: Int32Array.from({ length: count }, (_, i) => i - 1),
    start: Float64Array.from({ length: count }, (_, i) => i),
    duration: Float64Array.from({ length: count }, (_, i) => count - i),
  }
  const tree = buildTraceTree(trace)
  expect(tree.depth[count - 1]).toBe(count - 1)
  expect(selfTimes(trace, tree)[0]).toBe(1)
  expect(visibleRows(tree, collapsedBelow(tree, 2))).toHaveLength(3)
})
