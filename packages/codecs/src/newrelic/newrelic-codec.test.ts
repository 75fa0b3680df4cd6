import { readFileSync } from 'node:fs'
import type { Span } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { describeSpanCodec, spansOf } from '../codec-contract.ts'
import { carried } from './carried-span-contract.ts'
import { decodeNewRelicSpans } from './decode-spans.ts'
import { encodeNewRelicSpans } from './encode-spans.ts'

/** The two payloads of New Relic's documentation, and a few of its clients. */
const EXAMPLES = [
  'documented-curl-command',
  'documented-two-services',
  'collector-exporter-many-objects',
  'go-sdk-events-and-duplicate-ids',
].map((name) => new Uint8Array(readFileSync(new URL(`samples/${name}/input.json`, import.meta.url))))

const AT_ZERO = { nowUnixNano: 0n }

function decodeText(text: string, nowUnixNano = 0n) {
  return decodeNewRelicSpans(new TextEncoder().encode(text), { nowUnixNano })
}

/** One span with these attributes and, as `common`, those. */
function decodeSpan(attributes: object, common?: object): Span {
  const block = { ...(common === undefined ? {} : { common }), spans: [{ id: 'a', 'trace.id': 't', attributes }] }
  return spansOf(decodeText(JSON.stringify([block])).batch)[0]!
}

describeSpanCodec(
  'newrelic',
  { decodeSpans: (body) => decodeNewRelicSpans(body, AT_ZERO), encodeSpans: encodeNewRelicSpans },
  EXAMPLES,
  carried,
)

describe('New Relic spans', () => {
  it('take what their object shares unless they say it themselves', () => {
    const common = { attributes: { host: 'shared', 'user.id': 7, 'service.name': 'a', name: 'shared' } }
    const span = decodeSpan({ host: 'own', 'service.name': 'b' }, common)
    expect(span.name).toBe('shared')
    expect(span.serviceName).toBe('b')
    expect(span.attributes.filter(({ key }) => key === 'host')).toEqual([
      { key: 'host', value: { type: 'string', value: 'own' } },
    ])
    expect(span.attributes).toContainEqual({ key: 'user.id', value: { type: 'int', value: 7n } })
  })

  it('are none of what they share where they say null', () => {
    const span = decodeSpan({ host: null, 'service.name': null }, { attributes: { host: 'h', 'service.name': 's' } })
    expect(span.attributes.map(({ key }) => key)).not.toContain('host')
    expect(span.serviceName).toBe('UNKNOWN')
  })

  it('take trace id and timestamp of common, whether it comes before or after them', () => {
    const common = '"common":{"trace.id":"463ac35c9f6413ad","timestamp":1603336834823}'
    for (const body of [`[{${common},"spans":[{"id":"a"}]}]`, `[{"spans":[{"id":"a"}],${common}}]`]) {
      const [span] = spansOf(decodeText(body).batch)
      expect(span?.traceId).toBe('0000000000000000463ac35c9f6413ad')
      expect(span?.startTimeUnixNano).toBe(1_603_336_834_823_000_000n)
    }
  })

  it('start now without a timestamp, and last nothing without a duration', () => {
    const { batch } = decodeText('[{"spans":[{"id":"a","trace.id":"t"}]}]', 5_000_000n)
    expect([batch.startUnixNano[0], batch.endUnixNano[0]]).toEqual([5_000_000n, 5_000_000n])
  })

  it.each([
    ['12.53', 12_530_000n],
    ['750', 750_000_000n],
    ['0.000001', 1n],
    ['1e3', 1_000_000_000n],
    ['"2.97"', 2_970_000n],
    ['86400000.123456', 86_400_000_123_456n],
    ['999999999999.123', 999_999_999_999_123_000n],
  ])('last %s milliseconds to the nanosecond', (text, nanos) => {
    const body = `[{"spans":[{"id":"a","trace.id":"t","timestamp":1000,"attributes":{"duration.ms":${text}}}]}]`
    expect(decodeText(body).batch.endUnixNano[0]).toBe(1_000_000_000n + nanos)
  })

  it.each([
    [{ 'error.message': 'no' }, 'no'],
    [{ 'error.class': 'E' }, ''],
    [{ error: true }, ''],
    [{ error: 'boom' }, 'boom'],
    [{ error: 'boom', 'error.message': 'louder' }, 'louder'],
    [{ 'otel.status_code': 'ERROR', 'otel.status_description': 'd' }, 'd'],
    [{ 'otel.status_code': 'Error' }, ''],
  ])('failed when they say %j', (attributes, message) => {
    expect(decodeSpan(attributes).status).toEqual({ code: 'error', message })
  })

  it.each([{ error: false }, { error: null }, { error: 'false' }, { errors: 1 }, { 'error.message': null }])(
    'did not fail when they say %j',
    (attributes) => {
      expect(decodeSpan(attributes).status.code).toBe('unset')
    },
  )

  it('are without the restricted attributes, and keep the reserved ones', () => {
    const keys = decodeSpan({ entityGuid: 'x', guid: 'y', 'entity.guid': 'z', 'entity.name': 'n' }).attributes.map(
      ({ key }) => key,
    )
    expect(keys).toEqual(expect.arrayContaining(['entity.guid', 'entity.name']))
    expect(keys).not.toEqual(expect.arrayContaining(['guid']))
    expect(keys).not.toEqual(expect.arrayContaining(['entityGuid']))
  })

  it('keep integers, doubles and what nests apart', () => {
    const { batch } = decodeText(
      '[{"spans":[{"id":"a","trace.id":"t","attributes":{"i":9007199254740993,"d":1.0,"big":1e300,"long":18446744073709551615,"n":[1,{"a":null}]}}]}]',
    )
    expect(
      spansOf(batch)[0]!
        .attributes.slice(0, 5)
        .map(({ value }) => value),
    ).toEqual([
      { type: 'int', value: 9007199254740993n },
      { type: 'double', value: 1 },
      { type: 'double', value: 1e300 },
      { type: 'double', value: 2 ** 64 },
      {
        type: 'array',
        values: [
          { type: 'int', value: 1n },
          { type: 'kvlist', values: [{ key: 'a', value: { type: 'empty' } }] },
        ],
      },
    ])
  })

  it('give back the text of ids, and find the same parent by it', () => {
    const [first, second] = spansOf(decodeNewRelicSpans(EXAMPLES[0]!, AT_ZERO).batch)
    expect(second!.parentSpanId).toBe(first!.spanId)
    expect(second!.traceId).toBe(first!.traceId)
    const text = new TextDecoder().decode(encodeNewRelicSpans([first!, second!]))
    const [block] = JSON.parse(text) as [{ spans: { id: string; 'trace.id': string; attributes: object }[] }]
    expect(block.spans.map((span) => [span.id, span['trace.id']])).toEqual([
      ['ABC', '123456'],
      ['DEF', '123456'],
    ])
    expect(block.spans[1]!.attributes).toMatchObject({ 'parent.id': 'ABC', 'duration.ms': 2.97 })
    expect(text).not.toContain('clew.')
  })

  it('are roots where their parent is null, empty or zeros', () => {
    for (const parent of [null, '', '0000000000000000'])
      expect(decodeSpan({ 'parent.id': parent }).parentSpanId).toBe('')
  })

  it('without ids are left out alone, each with its place', () => {
    const { batch, rejected, problems } = decodeText(
      '[{"spans":[{"id":"a","trace.id":"t"},{"id":"b"},{"trace.id":"t"},{"id":7,"trace.id":"t"},3,{"id":"","trace.id":"t"},{"id":"c","trace.id":"t","timestamp":"soon"}]}]',
    )
    expect([batch.count, rejected]).toEqual([1, 6])
    expect(problems.map(({ message }) => message)).toEqual([
      '[0].spans[1].trace.id: expected a text, got none',
      '[0].spans[2].id: expected a text, got none',
      '[0].spans[3].id: expected a text, got number',
      '[0].spans[4]: expected a span as an object, got number',
      '[0].spans[5].id: expected a text, got none',
      '[0].spans[6].timestamp: expected milliseconds since 1970, got "soon"',
    ])
  })

  it.each([
    ['{}', 'byte 0: expected an array, got "{}"'],
    ['[', '[0]: expected a value, got the end of the document'],
    ['[{}]', '[0]: expected the key "spans", got none'],
    ['[{"spans":{}}]', '[0].spans: expected an array of spans, got object'],
    ['[{"spans":[]},{"common":[],"spans":[]}]', '[1].common: expected an object, got "[],\\"spans\\":[]}]"'],
    [
      '[{"common":{"attributes":1},"spans":[]}]',
      '[0].common.attributes: expected an object, got "1},\\"spans\\":[]}]"',
    ],
    ['[{"spans":[],"spans":[]}]', '[0].spans: expected it once, got it again'],
    ['[{"spans":[{"id":"a","trace.id":"t"]}]', expect.stringContaining('[0].spans[0]')],
  ])('are refused together in %s', (text, problem) => {
    expect(() => decodeText(text)).toThrow(
      expect.objectContaining({
        message: typeof problem === 'string' ? `newrelic json: ${problem}` : problem,
      }),
    )
  })

  it('are none in an empty body or without spans', () => {
    expect(decodeText('[]').batch.count).toBe(0)
    expect(decodeText('[{"spans":[]}]').batch.count).toBe(0)
  })

  it('are refused together when what they share would fill memory', () => {
    const shared = JSON.stringify({ attributes: { a: 'x'.repeat(100_000) } })
    const spans = Array.from({ length: 1_000 }, (_, i) => `{"id":"${i}","trace.id":"t"}`).join()
    expect(() => decodeText(`[{"common":${shared},"spans":[${spans}]}]`)).toThrow(/expected spans that take at most/)
  })

  it('share one origin where they say the same of it', () => {
    const spans = Array.from({ length: 50 }, (_, i) => ({
      id: `${i}`,
      'trace.id': 't',
      attributes: { 'service.name': `s${i % 3}`, 'host.name': 'h' },
    }))
    const { batch } = decodeText(JSON.stringify([{ common: { attributes: { 'os.type': 'linux' } }, spans }]))
    expect(batch.origins.map(({ service }) => service)).toEqual(['s0', 's1', 's2'])
    expect(spansOf(batch)[4]!.resource.attributes.map(({ key }) => key)).toEqual([
      'os.type',
      'service.name',
      'host.name',
    ])
  })

  it('keep their events', () => {
    const body = '[{"spans":[{"id":"a","trace.id":"t","events":[{"name":"e","timestamp":5,"attributes":{"k":1}},7]}]}]'
    const [span] = spansOf(decodeText(body).batch)
    expect(span!.events).toEqual([
      {
        name: 'e',
        timeUnixNano: 5_000_000n,
        attributes: [{ key: 'k', value: { type: 'int', value: 1n } }],
        droppedAttributesCount: 0,
      },
    ])
    expect(span!.droppedEventsCount).toBe(1)
  })
})
