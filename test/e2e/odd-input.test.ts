// Strings and times that break weaker programs come back as they were sent, and do no harm to their neighbours.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, getJson, type SearchAnswer, search, sendJson, traceOf } from './ask-server.ts'
import { jsonSpan, nanosAgo, newTraceId, text, tracesBody } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

const POISON: Readonly<Record<string, string>> = {
  'a NUL': 'before\0after',
  'blank lines': 'one\n\n\ntwo\r\n\r\nthree',
  quotes: `it's "quoted" \`thrice\` ''twice''`,
  backslashes: 'C:\\temp\\new\\\\',
  'a backslash at the end': 'end\\',
  semicolons: 'x; DROP TABLE spans; --',
  'a closing quote and SQL': "'); DROP TABLE spans; --",
  'a format clause': 'a\n\nFORMAT Values (1)',
  braces: '{x:String} {{y}} $z %s {p0:Identifier}',
  'tabs and controls': '\t\b\f\u0001\u001f\u007f',
  'strange Unicode': '\u202Eesrever\u202C \uFEFF \u200B 👩‍👩‍👧‍👦 ﷽ ｆｕｌｌ Ｚ̸͑',
  'Korean and emoji': '분리배출 ♻️ 이코',
  'a very long value': `start ${'0123456789'.repeat(100_000)} end`,
  'an empty string': '',
}

const HOSTILE_KEYS = [
  "key'); DROP TABLE traces; --",
  'key\\',
  'a\0b',
  'tenant',
  '@event:x',
  'SELECT 1',
  ' ',
  'ключ',
  '日本',
]

let server: ServerProcess
beforeAll(async () => {
  server = await ServerProcess.start()
})
afterAll(async () => {
  await server?.remove()
})

describe('poison strings', () => {
  it.each(Object.entries(POISON))('%s comes back equal from every field', async (_name, poison) => {
    const traceId = newTraceId()
    const span = jsonSpan({
      traceId,
      name: poison.slice(0, 10_000),
      attributes: [text('poison', poison)],
      events: [{ timeUnixNano: nanosAgo(50), name: poison, attributes: [text('in event', poison)] }],
      links: [{ traceId: newTraceId(), spanId: 'abcdefabcdefabcd', attributes: [text('in link', poison)] }],
      status: { code: 2, message: poison },
    })
    expect((await sendJson(server, tracesBody(`service ${poison.slice(0, 1000)}`, [span]))).status).toBe(200)
    const found = await traceOf(server, traceId)
    expect(found.spans[0]!.name).toBe(span.name)
    expect(found.spans[0]!.service).toBe(`service ${poison.slice(0, 1000)}`)
    const otlp = await getJson<{ resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[] }>(
      server,
      `/clew/v1/traces/${traceId}?format=otlp-json`,
    )
    const back = otlp.resourceSpans[0]!.scopeSpans[0]!.spans[0]!
    expect(back.attributes).toEqual(span.attributes)
    // Empty fields are left out of JSON (ProtoJSON: implicit presence).
    expect((back.events as object[]).map((event) => ({ name: '', ...event }))).toMatchObject(span.events as object[])
    expect(back.links).toMatchObject(span.links as object[])
    expect({ message: '', ...(back.status as object) }).toEqual(span.status)
  })

  it.each(Object.entries(POISON).filter(([, poison]) => poison.length < 10_000))(
    '%s can be searched for, and finds only itself',
    async (_name, poison) => {
      const mark = randomBytes(8).toString('hex')
      const traceId = newTraceId()
      const spans = [jsonSpan({ traceId, attributes: [text('needle', poison), text('mark', mark)] })]
      const decoy = jsonSpan({ attributes: [text('needle', `${poison}x`), text('mark', mark)] })
      expect((await sendJson(server, tracesBody('searched', [...spans, decoy]))).status).toBe(200)
      await eventually(
        () => search(server, { attribute: `mark = "${mark}"` }),
        ({ traces }) => traces.length === 2,
      )
      const query = new URLSearchParams([
        ['attribute', `mark = "${mark}"`],
        ['attribute', `needle = ${JSON.stringify(poison)}`],
      ])
      const answer = await getJson<{ traces: { traceId: string }[] }>(server, `/clew/v1/search?${query}`)
      expect(answer.traces.map((trace) => trace.traceId)).toEqual([traceId])
    },
  )

  it('keys that look like SQL come back and hurt nobody', async () => {
    const traceId = newTraceId()
    const attributes = HOSTILE_KEYS.map((key, index) => text(key, `value ${index}`))
    expect((await sendJson(server, tracesBody('keys', [jsonSpan({ traceId, attributes })]))).status).toBe(200)
    const found = await traceOf(server, traceId)
    expect(found.spans[0]!.attributes.map(({ key }) => key)).toEqual(HOSTILE_KEYS)
    await getJson(server, '/clew/v1/attributes?service=keys')
  })
})

describe('odd times', () => {
  const MAX = '18446744073709551615'
  const YEAR_2262 = '9223372036854775807'
  const A_YEAR_AGO = nanosAgo(365 * 86_400)

  it.each([
    ['0', '0', '0'],
    ['1970', '1000000000', '2000000000'],
    ['2262', YEAR_2262, YEAR_2262],
    ['2^64-1', MAX, MAX],
    ['the end before the start', nanosAgo(10), nanosAgo(20)],
    ['a year late', A_YEAR_AGO, String(BigInt(A_YEAR_AGO) + 1_000_000n)],
  ])('a span at %s is stored as it came and found by id and by search', async (_name, start, end) => {
    const odd = jsonSpan({ startTimeUnixNano: start, endTimeUnixNano: end })
    const neighbour = jsonSpan()
    expect((await sendJson(server, tracesBody('odd-times', [odd, neighbour]))).status).toBe(200)
    const found = await traceOf(server, odd.traceId)
    expect(found.spans[0]).toMatchObject({ startUnixNano: start, endUnixNano: end })
    expect((await traceOf(server, neighbour.traceId)).spans[0]!.marks).toEqual([])
    const holds = (traceId: string) => (answer: SearchAnswer) => answer.traces.some((each) => each.traceId === traceId)
    await eventually(() => search(server, { service: 'odd-times', from: '-1h' }), holds(neighbour.traceId))
    // The end of a range is not part of it, but the last nanosecond there is means the end of all time.
    const to = start === MAX ? MAX : String(BigInt(start) + 1n)
    const answer = await search(server, { service: 'odd-times', from: start, to })
    expect(answer.traces.map((each) => each.traceId)).toContain(odd.traceId)
  })

  it('a request over 200 event days is stored whole', async () => {
    const spans = Array.from({ length: 200 }, (_, day) =>
      jsonSpan({ startTimeUnixNano: nanosAgo(day * 86_400 + 60), endTimeUnixNano: nanosAgo(day * 86_400 + 59) }),
    )
    expect((await sendJson(server, tracesBody('many-days', spans))).status).toBe(200)
    const answer = await eventually(
      () => search(server, { service: 'many-days', from: nanosAgo(300 * 86_400), totals: 'true' }),
      ({ totals }) => totals !== null && totals.spans > 0,
    )
    expect(answer.totals).toEqual({ traces: 200, spans: 200, exact: true })
    for (const span of [spans[0]!, spans[100]!, spans[199]!]) await traceOf(server, span.traceId)
  })
})
