import { ClewError, type Span } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { hashText } from '../doors-contract.ts'
import type { StoredTrace } from '../query/query-service.ts'
import type { StoredSpan } from '../query/stored-span.ts'
import { exampleSpan } from '../testing/example-spans.ts'
import { storedSpan } from '../testing/stored-spans.ts'
import { readNamed } from './native/read-named.ts'
import { renderColumns } from './native/render-columns.ts'
import { renderOtlpJson } from './native/render-otlp.ts'
import { renderTrace } from './native/render-trace.ts'
import { decodeStored, inPieces, traceLines } from './read-trace.ts'

const START = 1_790_000_000_000_000_000n

function trace(...spans: readonly StoredSpan[]): StoredTrace {
  return { traceId: exampleSpan().traceId, spans, repeatedSpans: 0 }
}

function at(nanos: bigint, spanId: string, changes: Partial<Span> = {}): StoredSpan {
  return storedSpan(
    exampleSpan({ spanId, startTimeUnixNano: START + nanos, endTimeUnixNano: START + nanos + 5n, ...changes }),
  )
}

const [first, second, third] = ['1', '2', '3'].map((digit) => digit.padStart(16, '0')) as [string, string, string]
/** What says that its name is longer than it is. */
const broken: StoredSpan = { ...at(2n, third), bytes: Uint8Array.of(0x2a, 9, 65) }
/** What breaks only where nobody looks without decoding all of it. */
const brokenWithin: StoredSpan = { ...at(2n, third), bytes: Uint8Array.of(0x4a, 2, 0x0a, 9) }

const read = (trace: StoredTrace) => readNamed({ trace, askedSpanId: undefined }, hashText)

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

describe('reading a stored trace', () => {
  it('gives its spans by start, then span id', async () => {
    const lines = await traceLines(trace(at(7n, first), at(1n, third), at(1n, second)))
    expect(lines.map(({ stored }) => stored.spanId)).toEqual([second, third, first])
  })

  it('hands out pieces that are bounded in spans and in bytes, in order and whole', async () => {
    const long = at(0n, first, { name: 'x'.repeat(100_000) })
    const spans = [...Array.from({ length: 250 }, () => at(0n, second)), ...Array.from({ length: 5 }, () => long)]
    const sizes: number[] = []
    const seen: StoredSpan[] = []
    for await (const piece of inPieces(spans, (stored) => stored)) {
      sizes.push(piece.length)
      seen.push(...piece)
    }
    expect(sizes).toEqual([100, 100, 52, 2, 1])
    expect(seen).toEqual(spans)
    for await (const piece of inPieces([], () => long)) expect(piece).toBeUndefined()
  })

  it('blames nobody who asks for a span that cannot be read', async () => {
    const fault = { code: 'INTERNAL', message: expect.stringContaining(`stored span ${third}`) }
    await expect(traceLines(trace(broken))).rejects.toMatchObject(fault)
    expect(() => decodeStored(brokenWithin)).toThrow(ClewError)
    expect(() => decodeStored(brokenWithin)).toThrow(expect.objectContaining(fault))
  })

  it('leaves a span that cannot be decoded out of the whole trace, and says so', async () => {
    const whole = trace(at(1n, first), brokenWithin, at(3n, second))
    const { spans, notices } = JSON.parse(await joined(renderTrace(await read(whole))))
    expect(spans.map((span: { spanId: string }) => span.spanId)).toEqual([first, second])
    expect(notices).toEqual([expect.stringMatching(new RegExp(`^A span is left out: stored span ${third} .* byte`))])
    const none = trace(brokenWithin)
    expect(JSON.parse(await joined(renderTrace(await read(none)))).spans).toEqual([])
  })

  it('draws columns without decoding what is within a span', async () => {
    const whole = trace(at(1n, first), at(3n, second, { parentSpanId: first, name: 'child' }))
    const text = await joined(renderColumns(await read(whole), new Map([[second, 4]])))
    expect(JSON.parse(text)).toMatchObject({
      startUnixNano: String(START + 1n),
      durationNano: '7',
      spanCount: 2,
      spanId: [first, second],
      parentIndex: [-1, 0],
      start: [0, 2],
      duration: [5, 5],
      logs: [0, 4],
    })
    expect(JSON.parse(await joined(renderColumns(await read(trace()), new Map())))).toMatchObject({
      spanCount: 0,
      spanId: [],
    })
  })

  it('prints OTLP JSON as one document, whatever the number of pieces', async () => {
    const { origin } = at(0n, first)
    const spans = Array.from({ length: 250 }, (_, i) => ({ ...at(BigInt(i), second), origin }))
    const { resourceSpans } = JSON.parse(await joined(renderOtlpJson(trace(...spans))))
    expect(resourceSpans).toHaveLength(3)
    expect(resourceSpans[2].scopeSpans[0].spans).toHaveLength(50)
    expect(JSON.parse(await joined(renderOtlpJson(trace())))).toEqual({ resourceSpans: [] })
  })
})
