import { expect, it } from 'vitest'
import { separateSharedIds } from './shared-ids.ts'
import type { SpanShape } from './span-shape.ts'

function shape(spanId: string, parentSpanId: string, kind: 'server' | 'client' | 'other' = 'other'): SpanShape {
  const [isServer, isClient] = [kind === 'server', kind === 'client']
  return { spanId, parentSpanId, isServer, isClient, startUnixNano: 0n, endUnixNano: 0n, hostKey: '' }
}
const A = '00000000000000aa'
const B = '00000000000000bb'
const C = '00000000000000cc'
const idsOf = (spans: readonly SpanShape[]) =>
  separateSharedIds(spans).map(({ spanId, parentSpanId: p }) => [spanId, p])

it('hangs the half of the server below that of the client, and its children below it', () => {
  const own = '80000000000000aa'
  expect(idsOf([shape(A, C, 'client'), shape(A, C, 'server'), shape(B, A), shape(C, '')])).toEqual([
    [A, C],
    [own, A],
    [B, own],
    [C, ''],
  ])
})

it('gives an id that no span has', () => {
  const taken = '80000000000000aa'
  const spans = [shape(A, '', 'client'), shape(A, '', 'server'), shape(A, '', 'server'), shape(taken, A)]
  expect(idsOf(spans)).toEqual([
    [A, ''],
    ['80000000000000ab', A],
    ['80000000000000ac', A],
    [taken, '80000000000000ac'],
  ])
})

it.each([
  ['a server alone', [shape(A, '', 'server'), shape(B, A)]],
  ['two that are no client', [shape(A, '', 'server'), shape(A, B, 'other'), shape(B, '')]],
])('leaves %s as it is', (_case, spans) => {
  expect(separateSharedIds(spans)).toEqual(spans)
})
