import { MARK } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpan, spansOf } from '../codec-contract.ts'
import { SPAN, SPAN_EVENT } from './fields.ts'
import { SpanBatchBuilder, type SpanHead } from './span-batch-builder.ts'
import { writeBool, writeBytes, writeDouble, writeInt, writeString, writeStringRange } from './write-attribute.ts'

const EMPTY = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
const SCOPE = { name: '', version: '', ...EMPTY }
const text = (value: string) => new Uint8Array(Buffer.from(value))

function head(changes: Partial<SpanHead> = {}): SpanHead {
  return {
    traceId: new Uint8Array(16).fill(0xab),
    spanId: new Uint8Array(8).fill(0xcd),
    parentSpanId: new Uint8Array(8),
    name: 'GET /cart',
    kind: 2,
    startUnixNano: 5n,
    endUnixNano: 9n,
    ...changes,
  }
}

describe('a batch builder', () => {
  it('gives back every span as it was added', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 6 }), (spans) => {
        const builder = new SpanBatchBuilder(1)
        for (const span of spans) builder.add(span)
        expect(spansOf(builder.build())).toEqual(spans)
      }),
    )
  })

  it('encodes a resource once, with however many scopes it is met', () => {
    const builder = new SpanBatchBuilder(1)
    const name = { key: 'service.name', value: { type: 'string', value: 'cart' } } as const
    for (let i = 0; i < 3; i++) {
      builder.begin(head(), builder.origin({ ...EMPTY, attributes: [name] }, { ...SCOPE, name: `scope ${i % 2}` }))
      builder.end()
    }
    const { origins } = builder.build()
    expect(origins.map(({ service }) => service)).toEqual(['cart', 'cart'])
    expect(origins[0]!.resource).toBe(origins[1]!.resource)
  })

  it('writes attributes of every type from texts and from bytes', () => {
    const builder = new SpanBatchBuilder(1)
    const { writer } = builder
    builder.begin(head({ name: text('höhe') }), builder.origin(EMPTY, SCOPE))
    writeString(writer, SPAN.attributes, 'a', 'ä')
    writeString(writer, SPAN.attributes, text('b'), text('x'.repeat(300)))
    writeStringRange(writer, SPAN.attributes, 'c', text('[inner]'), 1, 6)
    writeInt(writer, SPAN.attributes, 'd', -1)
    writeInt(writer, SPAN.attributes, 'e', 2 ** 40)
    writeInt(writer, SPAN.attributes, 'f', 2n ** 62n)
    writeDouble(writer, SPAN.attributes, 'g', 0.5)
    writeBool(writer, SPAN.attributes, 'h', true)
    writeBytes(writer, SPAN.attributes, '', new Uint8Array([0, 255]))
    builder.end(2, 'declined')
    const [span] = spansOf(builder.build())
    expect(span).toMatchObject({ name: 'höhe', kind: 'server', status: { code: 'error', message: 'declined' } })
    expect(span?.attributes.map(({ key, value }) => [key, 'value' in value ? value.value : undefined])).toEqual([
      ['a', 'ä'],
      ['b', 'x'.repeat(300)],
      ['c', 'inner'],
      ['d', -1n],
      ['e', 2n ** 40n],
      ['f', 2n ** 62n],
      ['g', 0.5],
      ['h', true],
      ['', new Uint8Array([0, 255])],
    ])
  })

  it('marks what was not said of times', () => {
    const builder = new SpanBatchBuilder()
    const origin = builder.origin(EMPTY, SCOPE)
    for (const times of [{}, { startUnixNano: undefined }, { endUnixNano: undefined }]) {
      builder.begin(head(times), origin)
      builder.end()
    }
    const batch = builder.build()
    expect([...batch.marks]).toEqual([0, MARK.startAbsent, MARK.endAbsent])
    expect([...batch.startUnixNano]).toEqual([5n, 0n, 5n])
    expect([...batch.endUnixNano]).toEqual([9n, 9n, 5n])
  })

  it('forgets a span that is discarded', () => {
    const builder = new SpanBatchBuilder()
    const origin = builder.origin(EMPTY, SCOPE)
    for (const name of ['kept', 'taken back', 'kept too']) {
      builder.begin(head({ name }), origin)
      writeString(builder.writer, SPAN.attributes, 'name', name)
      if (name === 'taken back') builder.discard()
      else builder.end()
    }
    expect(builder.count).toBe(2)
    expect(spansOf(builder.build()).map(({ name }) => name)).toEqual(['kept', 'kept too'])
  })

  it('shares an origin between equal ones', () => {
    const builder = new SpanBatchBuilder()
    const named = (value: string) => ({
      ...EMPTY,
      attributes: [{ key: 'service.name', value: { type: 'string', value } as const }],
    })
    const first = builder.origin(named('shop'), SCOPE)
    expect(builder.origin(named('shop'), { ...SCOPE })).toBe(first)
    expect(builder.origin(named('cart'), SCOPE)).not.toBe(first)
    builder.begin(head(), first)
    builder.end()
    expect(builder.build().origins.map(({ service }) => service)).toEqual(['shop', 'cart'])
  })

  it('leaves out a span without ids and marks text that is no UTF-8', () => {
    const builder = new SpanBatchBuilder()
    const origin = builder.origin(EMPTY, SCOPE)
    builder.begin(head({ traceId: new Uint8Array(16) }), origin)
    builder.end()
    builder.begin(head({ name: new Uint8Array([0xff]), startUnixNano: undefined }), origin)
    builder.end()
    const batch = builder.build()
    expect([...batch.marks.subarray(0, batch.count)]).toEqual([MARK.invalidUtf8 | MARK.startAbsent])
  })

  it('takes an event written to its writer', () => {
    const builder = new SpanBatchBuilder()
    builder.begin(head(), builder.origin(EMPTY, SCOPE))
    const open = builder.writer.open(SPAN.events)
    builder.writer.fixed64Field(SPAN_EVENT.time_unix_nano, 7n)
    builder.writer.stringField(SPAN_EVENT.name, 'retry')
    builder.writer.close(open)
    builder.end()
    expect(spansOf(builder.build())[0]?.events).toMatchObject([{ name: 'retry', timeUnixNano: 7n }])
  })
})
