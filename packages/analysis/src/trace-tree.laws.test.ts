// Laws of tree, self time and rows, over random forests with orphans, cycles and links out of range.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { selfTimes } from './self-time.ts'
import type { SpanColumns } from './span-columns.ts'
import { buildTraceTree, countInSubtrees } from './trace-tree.ts'
import { collapsedBelow, revealed, visibleRows } from './visible-rows.ts'

const columns: fc.Arbitrary<SpanColumns> = fc.integer({ min: 0, max: 40 }).chain((count) =>
  fc.record({
    parentIndex: fc.array(fc.integer({ min: -2, max: count + 1 }), { minLength: count, maxLength: count }),
    start: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: count, maxLength: count }),
    duration: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: count, maxLength: count }),
  }),
)

test('every span has exactly one place, whatever the parent links say', () => {
  fc.assert(
    fc.property(columns, (trace) => {
      const tree = buildTraceTree(trace)
      expect([...tree.order].sort((a, b) => a - b)).toEqual([...tree.order.keys()])
      for (const span of tree.order) expect(tree.order[tree.place[span]!]).toBe(span)
    }),
  )
})

test('a subtree is a contiguous range of the preorder, one level deeper than its root', () => {
  fc.assert(
    fc.property(columns, (trace) => {
      const tree = buildTraceTree(trace)
      for (let span = 0; span < tree.count; span++) {
        const parent = tree.parent[span]!
        if (parent < 0) expect(tree.depth[span]).toBe(0)
        else {
          expect(tree.depth[span]).toBe(tree.depth[parent]! + 1)
          const distance = tree.place[span]! - tree.place[parent]!
          expect(distance > 0 && distance + tree.subtreeSize[span]! <= tree.subtreeSize[parent]!).toBe(true)
        }
      }
      const sizes = [...tree.roots].reduce((sum, root) => sum + tree.subtreeSize[root]!, 0)
      expect(sizes).toBe(tree.count)
    }),
  )
})

test('siblings come by start, then by index', () => {
  fc.assert(
    fc.property(columns, (trace) => {
      const tree = buildTraceTree(trace)
      const before = new Map<number, number>()
      for (const span of tree.order) {
        const sibling = before.get(tree.parent[span]!)
        if (sibling === undefined) expect(tree.siblingPlace[span]).toBe(0)
        else {
          expect(tree.siblingPlace[span]).toBe(tree.siblingPlace[sibling]! + 1)
          const later = trace.start[span]! - trace.start[sibling]! || span - sibling
          expect(later).toBeGreaterThan(0)
        }
        before.set(tree.parent[span]!, span)
      }
    }),
  )
})

test('only links that close a cycle are cut, one for each cycle', () => {
  fc.assert(
    fc.property(columns, (trace) => {
      const tree = buildTraceTree(trace)
      const count = trace.parentIndex.length
      for (let span = 0; span < count; span++) {
        const named = trace.parentIndex[span]!
        const kept = named >= 0 && named < count ? named : -1
        if (!tree.cut.includes(span)) expect(tree.parent[span]).toBe(kept)
        else {
          let up = kept
          for (let steps = 0; up !== span && steps < count; steps++) up = trace.parentIndex[up]!
          expect(up).toBe(span)
        }
      }
    }),
  )
})

test('self time is the number of instants that no child covers', () => {
  fc.assert(
    fc.property(columns, (trace) => {
      const tree = buildTraceTree(trace)
      const self = selfTimes(trace, tree)
      for (let span = 0; span < tree.count; span++) {
        let alone = 0
        for (let t = trace.start[span]!; t < trace.start[span]! + trace.duration[span]!; t++) {
          const busy = [...tree.order].some(
            (child) =>
              tree.parent[child] === span &&
              t >= trace.start[child]! &&
              t < trace.start[child]! + trace.duration[child]!,
          )
          if (!busy) alone++
        }
        expect(self[span]).toBe(alone)
      }
    }),
    { numRuns: 60 },
  )
})

test('a row is shown exactly when no ancestor is collapsed', () => {
  fc.assert(
    fc.property(columns, fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 42, maxLength: 42 }), (trace, bits) => {
      const tree = buildTraceTree(trace)
      const collapsed = Uint8Array.from({ length: tree.count }, (_, span) => bits[span]!)
      const expected = [...tree.order].filter((span) => {
        for (let up = tree.parent[span]!; up >= 0; up = tree.parent[up]!) if (collapsed[up]) return false
        return true
      })
      expect([...visibleRows(tree, collapsed)]).toEqual(expected)
      for (const span of tree.order) expect(visibleRows(tree, revealed(tree, collapsed, span))).toContain(span)
    }),
  )
})

test('collapsing below a depth shows the spans down to that depth', () => {
  fc.assert(
    fc.property(columns, fc.integer({ min: 0, max: 10 }), (trace, depth) => {
      const tree = buildTraceTree(trace)
      const shown = [...visibleRows(tree, collapsedBelow(tree, depth))]
      expect(shown).toEqual([...tree.order].filter((span) => tree.depth[span]! <= depth))
    }),
  )
})

test('flags are counted over whole subtrees', () => {
  fc.assert(
    fc.property(columns, fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 42, maxLength: 42 }), (trace, flags) => {
      const tree = buildTraceTree(trace)
      const counts = countInSubtrees(tree, flags)
      for (let span = 0; span < tree.count; span++) {
        const subtree = tree.order.subarray(tree.place[span]!, tree.place[span]! + tree.subtreeSize[span]!)
        expect(counts[span]).toBe([...subtree].filter((member) => flags[member] === 1).length)
      }
    }),
  )
})
