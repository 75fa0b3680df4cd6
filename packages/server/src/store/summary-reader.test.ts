// When a summary can be shown as it is, and what is asked to know it.
import type { Span } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleSpan } from '../testing/example-spans.ts'
import { FilledStore } from '../testing/filled-store.ts'
import type { Questions } from './engine.ts'
import { SummaryReader } from './summary-reader.ts'

const START = 1_759_276_800_000_000_000n

/** Span `number` of trace `trace`; both count from 1. */
function spanOf(trace: number, number: number, changes: Partial<Span> = {}): Span {
  return exampleSpan({
    traceId: trace.toString(16).padStart(32, '0'),
    spanId: number.toString(16).padStart(16, '0'),
    startTimeUnixNano: START + BigInt(number),
    endTimeUnixNano: START + 1000n,
    ...changes,
  })
}

describe('summaries', () => {
  let store: FilledStore
  let asked: string[] = []
  let reader: SummaryReader
  const questions: Questions = {
    query: (question, limits) => {
      asked.push(question.text.includes('FROM traces') ? 'count' : 'summaries')
      return store.engine.query(question, limits)
    },
  }

  beforeAll(async () => {
    store = await FilledStore.open()
    reader = new SummaryReader()
  })
  afterAll(() => store.close())

  async function read(tenant: string, traces: readonly number[], block = store.highestBlock) {
    asked = []
    const summaries = await reader.read(questions, tenant, traces.map(BigInt), block)
    return [...summaries].sort((a, b) => (a.traceId < b.traceId ? -1 : 1))
  }

  it('of traces that came whole in one block are taken as they are', async () => {
    await store.addSpans('whole', [spanOf(1, 1), spanOf(1, 2), spanOf(2, 1)])
    const summaries = await read('whole', [1, 2])
    expect(summaries.map(({ spanCount, settled }) => [spanCount, settled])).toEqual([
      [2, true],
      [1, true],
    ])
    expect(asked).toEqual(['summaries'])
  })

  it('of traces of several blocks are compared with a count, the next time at once', async () => {
    await store.addSpans('parts', [spanOf(1, 1), spanOf(2, 1)])
    await store.addSpans('parts', [spanOf(1, 2, { serviceName: 'other', status: { code: 'error', message: '' } })])
    const [first, second] = await read('parts', [1, 2])
    expect(asked).toEqual(['summaries', 'count'])
    expect(first).toMatchObject({
      settled: true,
      spanCount: 2,
      errorCount: 1,
      services: [
        { name: 'other', spanCount: 1, errorCount: 1 },
        { name: 'shop', spanCount: 1, errorCount: 0 },
      ],
    })
    expect(second!.settled).toBe(true)
    await read('parts', [2])
    expect([...asked].sort()).toEqual(['count', 'summaries'])
    await read('parts', [2])
    expect(asked).toEqual(['summaries'])
  })

  it('of spans that came after the asked block are not settled', async () => {
    await store.addSpans('later', [spanOf(1, 1)])
    const before = store.highestBlock
    await store.addSpans('later', [spanOf(1, 2)])
    expect((await read('later', [1], before)).map(({ settled }) => settled)).toEqual([false])
    expect((await read('later', [1])).map(({ settled }) => settled)).toEqual([true])
  })

  it('that count a span twice are not settled, in one block or in two', async () => {
    await store.addSpans('twice', [spanOf(1, 1), spanOf(1, 1), spanOf(2, 1)])
    await store.addSpans('twice', [spanOf(2, 1)])
    expect((await read('twice', [1, 2])).map(({ settled }) => settled)).toEqual([false, false])
  })

  it('are settled where spans only look alike: one id at two times, many at one time', async () => {
    const together = Array.from({ length: 80 }, (_, i) => spanOf(2, i + 1, { startTimeUnixNano: START }))
    await store.addSpans('alike', [spanOf(1, 1), spanOf(1, 1, { startTimeUnixNano: START + 7n }), ...together])
    expect((await read('alike', [1, 2])).map(({ settled }) => settled)).toEqual([true, true])
    // More of one time than are compared with one another: they are counted.
    expect(asked).toContain('count')
  })
})
