import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpan, spansOf } from '../codec-contract.ts'
import { decodeOtlpSpans } from '../otlp/decode-spans.ts'
import { ChromeTraceEncoder, encodeChromeTrace } from './encode-spans.ts'
import { Lanes } from './lanes.ts'

interface TraceEvent {
  readonly ph: string
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly args: Record<string, unknown>
}

function eventsOf(document: Uint8Array): TraceEvent[] {
  return (JSON.parse(Buffer.from(document).toString()) as { traceEvents: TraceEvent[] }).traceEvents
}

describe('Chrome trace events', () => {
  const samples = fileURLToPath(new URL('samples/', import.meta.url))

  it.each(readdirSync(samples))('%s', async (name) => {
    const input = new Uint8Array(readFileSync(join(samples, name, 'input.json')))
    const actual = Buffer.from(encodeChromeTrace(spansOf(decodeOtlpSpans(input, 'json').batch))).toString()
    await expect(actual).toMatchFileSnapshot(join(samples, name, 'expected.json'))
  })

  it('have one slice a span and one instant an event, whatever the spans are', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 6 }), (spans) => {
        const events = eventsOf(encodeChromeTrace(spans))
        const slices = events.filter(({ ph }) => ph === 'X')
        expect(slices.map(({ args }) => args.span_id).sort()).toEqual(spans.map(({ spanId }) => spanId).sort())
        expect(events.filter(({ ph }) => ph === 'i')).toHaveLength(spans.reduce((sum, it) => sum + it.events.length, 0))
        const named = new Set(events.filter((it) => it.name === 'process_name').map(({ pid }) => pid))
        expect(slices.every(({ pid }) => named.has(pid))).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('keep the number of a process from one document to the next', () => {
    const [span] = fc.sample(anySpan, 1)
    const encoder = new ChromeTraceEncoder()
    const [first, second] = [eventsOf(encoder.encode([span!])), eventsOf(encoder.encode([{ ...span! }]))]
    expect(second.filter(({ ph }) => ph === 'M')).toEqual([])
    expect(second[0]!.pid).toBe(first.find(({ ph }) => ph === 'X')!.pid)
  })
})

describe('lanes', () => {
  const slice = (id: string, parentId: string, start: number, end: number) => ({
    ...{ id, parentId },
    ...{ start: BigInt(start), end: BigInt(end) },
  })

  it('draw a child on its parent, and what overlaps beside it', () => {
    const lanes = new Lanes()
    expect(lanes.place(slice('a', '', 0, 100))).toBe(0)
    expect(lanes.place(slice('b', 'a', 10, 50))).toBe(0)
    expect(lanes.place(slice('c', 'a', 20, 60))).toBe(1)
    expect(lanes.place(slice('d', 'c', 30, 40))).toBe(1)
    expect(lanes.place(slice('e', 'a', 60, 90))).toBe(0)
  })

  it('draw a child that ends after its parent beside it', () => {
    const lanes = new Lanes()
    lanes.place(slice('a', '', 0, 100))
    expect(lanes.place(slice('b', 'a', 10, 200))).toBe(1)
  })

  it('are free again when a trace is over, and never draw one span as a child of a stranger', () => {
    const lanes = new Lanes()
    lanes.place(slice('a', '', 0, 100))
    expect(lanes.place(slice('x', '', 50, 60))).toBe(1)
    expect(lanes.place(slice('y', '', 100, 110))).toBe(0)
  })

  it('overlap on one lane only where one is within the other', () => {
    const any = fc.record({ start: fc.nat({ max: 50 }), length: fc.nat({ max: 50 }), parent: fc.nat({ max: 5 }) })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 20 }), fc.boolean(), (slices, inOrder) => {
        const lanes = new Lanes()
        const placed = (inOrder ? slices.toSorted((a, b) => a.start - b.start) : slices).map((it, i) => {
          const made = slice(`${i}`, `${it.parent}`, it.start, it.start + it.length)
          return { ...made, lane: lanes.place(made) }
        })
        for (const a of placed)
          for (const b of placed) {
            if (a === b || a.lane !== b.lane || a.start > b.start || b.start >= a.end || a.start === a.end) continue
            expect(b.end <= a.end || (a.start === b.start && a.end <= b.end)).toBe(true)
          }
      }),
    )
  })
})
