// Cases of Jaeger's own adjuster, in nanoseconds: https://github.com/jaegertracing/jaeger, adjuster/clockskew.go.
import { expect, it } from 'vitest'
import { findClockSkews } from './clock-skew.ts'
import type { SpanShape } from './span-shape.ts'

const PARENT = shape('01', '', 0n, 100n, 'a')
const DISABLED = 'clock skew adjustment disabled; not applying calculated delta of '

function shape(id: string, parent: string, start: bigint, duration: bigint, hostKey: string): SpanShape {
  const startUnixNano = 1_000n + start
  const endUnixNano = startUnixNano + duration
  return { spanId: id, parentSpanId: parent, isServer: false, isClient: false, startUnixNano, endUnixNano, hostKey }
}

const skewsOf = (spans: readonly SpanShape[], max = 1_000n) => Object.fromEntries(findClockSkews(spans, max))
const movedBy = (nanos: bigint) => ({
  shiftNanos: nanos,
  warning: `This span's timestamps were adjusted by ${nanos}ns`,
})

it.each([
  ['lies within its parent', shape('02', '01', 10n, 50n, 'b'), {}],
  ['starts before its parent', shape('02', '01', -50n, 50n, 'b'), { 1: movedBy(75n) }],
  ['ends after its parent', shape('02', '01', 80n, 50n, 'b'), { 1: movedBy(-55n) }],
  ['is longer and starts before its parent', shape('02', '01', -5n, 150n, 'b'), { 1: movedBy(5n) }],
  ['is longer and starts after its parent', shape('02', '01', 5n, 150n, 'b'), {}],
  ['is on the host of its parent', shape('02', '01', -50n, 50n, 'a'), {}],
  ['is on a host that nobody names', shape('02', '01', -50n, 50n, ''), { 1: movedBy(75n) }],
])('a span that %s', (_case, child, expected) => {
  expect(skewsOf([PARENT, child])).toEqual(expected)
})

it('moves what is below a span on its host like it, and measures the next host against where it is then', () => {
  const spans = [
    PARENT,
    shape('02', '01', -50n, 50n, 'b'),
    shape('03', '02', 500n, 10n, 'b'),
    shape('04', '02', 30n, 10n, 'c'),
  ]
  // The second is at 25 to 75 then: the fourth lies within it.
  expect(skewsOf(spans)).toEqual({ 1: movedBy(75n), 2: movedBy(75n) })
})

it('only says by how much where no span may be moved, or not so far', () => {
  const spans = [PARENT, shape('02', '01', -50n, 50n, 'b'), shape('03', '02', -40n, 10n, 'b')]
  const warned = { shiftNanos: 0n, warning: `${DISABLED}75ns` }
  expect(skewsOf(spans, 0n)).toEqual({ 1: warned, 2: warned })
  const warning = 'max clock skew adjustment delta of 74ns exceeded; not applying calculated delta of 75ns'
  expect(skewsOf(spans, 74n)).toEqual({ 1: { shiftNanos: 0n, warning }, 2: { shiftNanos: 0n, warning } })
})

it('warns of a parent that is not there, and of a span id that is used twice', () => {
  const spans = [PARENT, shape('02', '09', -50n, 50n, 'b'), shape('01', '', 0n, 5n, 'b')]
  expect(skewsOf(spans)).toEqual({
    1: { shiftNanos: 0n, warning: 'parent span ID=09 is not in the trace; skipping clock skew adjustment' },
    2: { shiftNanos: 0n, warning: 'duplicate span IDs; skipping clock skew adjustment' },
  })
})

it('ends on spans that are each their own ancestor, and takes chains of any length', () => {
  expect(skewsOf([shape('01', '02', 0n, 1n, 'a'), shape('02', '01', 0n, 1n, 'b')])).toEqual({})
  const chain = Array.from({ length: 20_000 }, (_, i) => shape(`${i}`, i === 0 ? '' : `${i - 1}`, 0n, 1n, 'a'))
  expect(skewsOf(chain)).toEqual({})
})
