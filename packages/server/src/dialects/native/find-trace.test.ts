// Ids as people have them, asked of the native API over a real store: what finds which trace, and what is said where a text
// means several or none.
import { hexFromBytes, ID_TEXT, textSpanId, textTraceId } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashText } from '../../doors-contract.ts'
import { HttpDoor } from '../../http/http-door.ts'
import { QueryService } from '../../query/query-service.ts'
import type { TraceReader } from '../../query/trace-reader.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { attributesOf, exampleLog, exampleSpan } from '../../testing/example-spans.ts'
import { FilledStore } from '../../testing/filled-store.ts'
import { registerNativeRoutes } from './routes.ts'

const WHOLE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const HALF = '463ac35c9f6413ad'
const SHORT = '3b4c'
const padded = (digits: string) => digits.padStart(32, '0')
const idOf = (text: string) => hexFromBytes(textTraceId(hashText, text), 0, 16)
const TEXT = 'test-zipkin-trace-id-1'
/** A text and, of another sender, digits. */
const BOTH = '123456'
/** A trace without a root, in which the texts of two spans became one id. */
const MET = '2'.repeat(32)
const ORPHAN = '3'.repeat(16)

/** The trace of a text, with one span that is a text too. */
function textTrace(text: string, spanText: string) {
  const traceId = idOf(text)
  return exampleSpan({
    traceId,
    spanId: hexFromBytes(textSpanId(hashText, traceId, spanText), 0, 8),
    name: `of ${text}`,
    attributes: attributesOf({ [ID_TEXT.trace]: text, [ID_TEXT.span]: spanText }),
  })
}

const untrue = attributesOf({ [ID_TEXT.trace]: 'no text of this trace' })

describe('an id as people have it', () => {
  let store: FilledStore
  let app: FastifyInstance
  let reads = 0

  beforeAll(async () => {
    store = await FilledStore.open()
    await store.addSpans('default', [
      exampleSpan({ traceId: WHOLE, spanId: SPAN, name: 'whole' }),
      exampleSpan({ traceId: padded(HALF), spanId: '000000000000001f', name: 'half' }),
      exampleSpan({ traceId: padded(SHORT), spanId: '000000000000001f', name: 'short', attributes: untrue }),
      textTrace(TEXT, 'asdf9asdn123lkasdf'),
      textTrace('ABC', '1'),
      textTrace('a/b ü', '1'),
      textTrace(BOTH, 'ABC'),
      exampleSpan({ traceId: padded(BOTH), spanId: SPAN, name: 'of digits' }),
      ...['A', 'B'].map((text) =>
        exampleSpan({
          ...{ traceId: MET, spanId: SPAN, parentSpanId: ORPHAN, name: text },
          attributes: attributesOf({ [ID_TEXT.span]: text, 'db.system': 'redis' }),
        }),
      ),
    ])
    await store.addLogs('default', [
      exampleLog({ traceId: idOf(TEXT), spanId: textTrace(TEXT, 'asdf9asdn123lkasdf').spanId }),
    ])
    const door = new HttpDoor({
      name: 'main',
      host: '0.0.0.0',
      port: 0,
      setting: 'http.port',
      authorize: (key) => key ?? 'default',
      logger: createLogger({ level: 'silent', format: 'json' }),
    })
    const query = new QueryService(counted(store.reader))
    const ingest = () => ({}) as never
    registerNativeRoutes(door.app, { query, textHash: hashText, ingest, onBlock: () => () => undefined })
    app = door.app
    await app.ready()
  })
  afterAll(async () => {
    await app.close()
    await store.close()
  })

  /** Counts how often spans are read. */
  function counted(reader: TraceReader): TraceReader {
    return new Proxy(reader, {
      get(target, name: keyof TraceReader) {
        if (name === 'askedBy')
          return (...asker: Parameters<TraceReader['askedBy']>) => counted(target.askedBy(...asker))
        if (name === 'readSpans') reads++
        const value = target[name]
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  const get = async (id: string, rest = '', tenant = 'default') => {
    const url = `/clew/v1/traces/${encodeURIComponent(id)}${rest}`
    const response = await app.inject({ url, headers: { 'x-clew-key': tenant } })
    return { status: response.statusCode, body: response.json() }
  }

  it.each([
    ['all 32 digits', WHOLE, WHOLE, null],
    ['digits in upper case', WHOLE.toUpperCase(), WHOLE, null],
    ['traceparent', `00-${WHOLE}-${SPAN}-01`, WHOLE, SPAN],
    ['traceparent with its name', `traceparent: 00-${WHOLE}-${SPAN}-01`, WHOLE, SPAN],
    ['the last 16 digits', WHOLE.slice(16), WHOLE, null],
    ['B3 in one header', `${WHOLE}-${SPAN}-1`, WHOLE, SPAN],
    ['B3 with 64 bits', `${HALF}-000000000000001f-d`, padded(HALF), '000000000000001f'],
    ['B3 in several headers', `X-B3-TraceId: ${HALF}\nX-B3-SpanId: 000000000000001f`, padded(HALF), '000000000000001f'],
    ['64 bits of Zipkin', HALF, padded(HALF), null],
    ['a short Jaeger id', SHORT, padded(SHORT), null],
    ['uber-trace-id', `${SHORT}:1f:0:1`, padded(SHORT), '000000000000001f'],
    ['uber-trace-id in percent encoding', `${SHORT}%3A1f%3A0%3A1`, padded(SHORT), '000000000000001f'],
    ['a text', TEXT, idOf(TEXT), null],
    ['a text that could be hex', 'ABC', idOf('ABC'), null],
    ['a text of any letters', 'a/b ü', idOf('a/b ü'), null],
    ['a text with blanks around', ` ${TEXT}\n`, idOf(TEXT), null],
  ])('may be %s, and is found in one read', async (_what, text, traceId, askedSpanId) => {
    const before = reads
    const { status, body } = await get(text)
    expect([status, body.traceId, body.askedSpanId]).toEqual([200, traceId, askedSpanId])
    expect(reads - before).toBe(1)
    expect((await get(text, '/columns')).body).toMatchObject({ traceId, askedSpanId })
  })

  it('gives back the text that a sender used', async () => {
    expect((await get(TEXT)).body.traceIdText).toBe(TEXT)
    expect((await get(idOf(TEXT), '/columns')).body.traceIdText).toBe(TEXT)
    expect((await get(WHOLE)).body.traceIdText).toBeNull()
    // A text that another key made an id of, or that is not true, would not find its trace again.
    expect((await get(SHORT)).body.traceIdText).toBeNull()
  })

  it('is said to be ambiguous where it means several traces, each of which its digits name', async () => {
    const { status, body } = await get(BOTH)
    expect([status, body.code]).toEqual([409, 'TRACE_ID_AMBIGUOUS'])
    const ids = [padded(BOTH), idOf(BOTH)].sort()
    for (const id of ids) {
      expect(body.detail).toContain(id)
      expect((await get(id)).body.traceId).toBe(id)
    }
    expect(body.traces.map((trace: { traceId: string }) => trace.traceId)).toEqual(ids)
    const described = body.traces.find((trace: { traceId: string }) => trace.traceId === idOf(BOTH))
    expect(described).toEqual({
      ...{ traceId: idOf(BOTH), traceIdText: BOTH, service: 'shop', name: `of ${BOTH}` },
      ...{ startUnixNano: '1759276800000000000', spanCount: 1 },
    })
  })

  it('says what was tried where nothing is found', async () => {
    const details = async (text: string) => {
      const { status, body } = await get(text)
      expect([status, body.code]).toEqual([404, 'NOT_FOUND'])
      return body.detail
    }
    expect(await details('beef')).toBe(
      'trace "beef": expected a stored trace, found none with the text as its id, and none with an id that ends with 000000000000beef',
    )
    expect(await details(`00-${'1'.repeat(32)}-${SPAN}-01`)).toContain(`none with the id ${'1'.repeat(32)}`)
    expect(await details('no such text')).toMatch(/none with the text as its id$/)
    expect(await details('0'.repeat(32))).toMatch(/none with the text as its id$/)
  })

  it.each(['', ' \n', 'x'.repeat(1025)])('is not %j', async (text) => {
    for (const rest of ['', '/columns', '/logs', `/spans/${SPAN}`]) {
      const { status, body } = await get(text, rest)
      expect([status, body.code]).toEqual([400, 'INVALID_ARGUMENT'])
    }
    expect((await get(WHOLE, `/spans/${text.trim() === '' ? '' : text}`)).status).toBe(400)
  })

  it('takes texts of spans too, for the span and for its logs', async () => {
    const text = 'asdf9asdn123lkasdf'
    expect((await get(TEXT, `/spans/${text}`)).body).toMatchObject({ name: `of ${TEXT}` })
    expect((await get(TEXT, `/spans/${text}/logs`)).body.logs).toHaveLength(1)
    expect((await get(TEXT, '/logs')).body.logs).toHaveLength(1)
    expect((await get(SHORT, '/spans/1f')).body).toMatchObject({ name: 'short' })
    expect((await get(TEXT, '/spans/nothing')).status).toBe(404)
  })

  it('tells spans apart whose texts became one id, and says that there are such', async () => {
    const { body } = await get(MET)
    expect(body.spans.map((span: { name: string }) => span.name).sort()).toEqual(['A', 'B'])
    expect(body.notices).toContain('Span ids that stand for several texts: 1; clew.span_id tells their spans apart.')
    expect((await get(MET, '/columns')).body).toMatchObject({ metSpanIds: 1, spanCount: 2 })
    const nth = async (place: number) => (await get(MET, `/spans/${SPAN}?nth=${place}`)).body.name
    expect([await nth(1), await nth(2)].sort()).toEqual(['A', 'B'])
    expect((await get(MET, `/spans/${SPAN}?nth=3`)).status).toBe(404)
  })

  it('leads to what the whole trace says of its spans', async () => {
    const { hasRoot, notices, spans } = (await get(MET)).body
    expect([hasRoot, spans[0].role]).toEqual([
      false,
      { category: 'datastore', processBoundary: 'exit', clientType: 'datastore' },
    ])
    expect(notices).toContain('The root of this trace has not come: each of its spans names a parent.')
    expect((await get(MET, '/columns')).body).toMatchObject({ hasRoot: false, category: [1, 1] })
    const whole = (await get(WHOLE)).body
    expect([whole.hasRoot, whole.notices, whole.spans[0].role.category]).toEqual([true, [], 'service'])
    expect((await get(WHOLE, `/spans/${SPAN}`)).body).toEqual(whole.spans[0])
  })

  it('tells another tenant nothing, not even that there are several', async () => {
    for (const text of [WHOLE, HALF, SHORT, TEXT, BOTH, `00-${WHOLE}-${SPAN}-01`])
      for (const rest of ['', '/columns', '/logs', `/spans/${SPAN}`, `/spans/${SPAN}/logs`]) {
        const { status, body } = await get(text, rest, 'other')
        if (status === 200) expect(body).toEqual({ logs: [], notices: [] })
        else expect([status, body.traces]).toEqual([404, undefined])
      }
  })
})
