// Too many attributes, events, links or list elements in one message: what is kept, what is counted, and that time and
// memory stay bounded.
import { type AnyValue, DecodeError, type KeyValue, type Span } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpan, spansOf } from '../codec-contract.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { cutEntries } from './cut-entries.ts'
import { decodeLogRecord } from './decode-log-record.ts'
import { decodeSpan } from './decode-span.ts'
import { decodeOtlpSpans } from './decode-spans.ts'
import { encodeSpan } from './encode-span.ts'
import { encodeTraces } from './encode-traces.ts'
import { EXPORT_REQUEST, LOG_RECORD, MAX_ITEM_ENTRIES, RESOURCE_SPANS, SCOPE_SPANS, SPAN } from './fields.ts'

const EMPTY = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
const ORIGIN = { resource: EMPTY, scope: { ...EMPTY, name: '', version: '' }, serviceName: '' }

function encoded(span: Span): Uint8Array {
  const writer = new ProtobufWriter()
  encodeSpan(writer, span)
  return writer.copy()
}

function countValue(value: AnyValue): number {
  if (value.type === 'array') return value.values.reduce((sum, each) => sum + 1 + countValue(each), 0)
  return value.type === 'kvlist' ? countAttributes(value.values) : 0
}

function countAttributes(attributes: readonly KeyValue[]): number {
  return attributes.reduce((sum, { value }) => sum + 1 + countValue(value), 0)
}

function countSpan({ attributes, events, links }: Span): number {
  return [...events, ...links].reduce(
    (sum, each) => sum + 1 + countAttributes(each.attributes),
    countAttributes(attributes),
  )
}

/** A message with the same empty field over and over. */
function full(field: number, bytes: number): Uint8Array {
  const message = new Uint8Array(bytes - (bytes % 2))
  for (let at = 0; at < message.length; at += 2) message[at] = (field << 3) | 2
  return message
}

describe('cutEntries', () => {
  it('keeps what fits, in its order, and counts the rest as dropped', () => {
    fc.assert(
      fc.property(anySpan, fc.nat(12), (span, limit) => {
        const whole = encoded(span)
        const { bytes, left } = cutEntries(whole, 'span', limit)
        const cut = decodeSpan(bytes, ORIGIN)
        if (left === 0) expect(bytes).toBe(whole)
        if (whole.length > 2 * limit) expect(countSpan(cut)).toBeLessThanOrEqual(limit)
        let dropped = 0
        for (const name of ['attributes', 'events', 'links'] as const) {
          const missing = span[name].length - cut[name].length
          const count = `dropped${name[0]!.toUpperCase()}${name.slice(1)}Count` as 'droppedEventsCount'
          expect(cut[count]).toBe(Math.min(span[count] + missing, 0xffff_ffff))
          expect(span[name].filter((entry) => cut[name].some((kept) => same(kept, entry)))).toHaveLength(
            span[name].length - missing,
          )
          dropped += missing
        }
        expect(dropped).toBe(left)
        expect(cut).toMatchObject({ spanId: span.spanId, name: span.name, status: span.status })
      }),
    )
  })

  it('leaves out a value with too many elements, and keeps its neighbours', () => {
    const list: AnyValue = {
      type: 'array',
      values: Array.from({ length: 100 }, (_, i) => ({ type: 'int', value: BigInt(i) })),
    }
    const nested: AnyValue = { type: 'kvlist', values: [{ key: 'list', value: list }] }
    const [any] = fc.sample(anySpan, { numRuns: 1, seed: 3 })
    const small: KeyValue = { key: 'small', value: { type: 'bool', value: true } }
    const span = { ...any!, events: [], links: [], droppedAttributesCount: 4 }
    const whole = encoded({ ...span, attributes: [{ key: 'list', value: list }, { key: 'map', value: nested }, small] })
    const { bytes, left } = cutEntries(whole, 'span', 50)
    expect(left).toBe(2)
    expect(decodeSpan(bytes, ORIGIN)).toMatchObject({ attributes: [small], droppedAttributesCount: 6 })
  })

  it('throws DecodeError for a broken message', () => {
    expect(() => cutEntries(Uint8Array.of(0x4a, 5, 1), 'span', 0)).toThrow(DecodeError)
  })
})

describe('decoding to objects', () => {
  it.each([
    ['attributes', SPAN.attributes],
    ['events', SPAN.events],
    ['links', SPAN.links],
  ] as const)('makes no more objects than the limit of %s, whatever the bytes', (name, field) => {
    const message = full(field, 3 * MAX_ITEM_ENTRIES * 2)
    const span = decodeSpan(message, ORIGIN)
    expect(span[name]).toHaveLength(MAX_ITEM_ENTRIES)
    expect(span.droppedAttributesCount + span.droppedEventsCount + span.droppedLinksCount).toBe(2 * MAX_ITEM_ENTRIES)
  })

  it('leaves out the body of a log record that has too many elements', () => {
    const writer = new ProtobufWriter()
    const body = writer.open(LOG_RECORD.body)
    writer.bytesField(5, full(1, 3 * MAX_ITEM_ENTRIES * 2))
    writer.close(body)
    const record = decodeLogRecord(writer.copy(), ORIGIN)
    expect(record).toMatchObject({ body: { type: 'empty' }, droppedAttributesCount: 1 })
  })

  it('refuses a request of more entries than are ever meant, before it walks all of them', () => {
    const writer = new ProtobufWriter()
    const opened = [EXPORT_REQUEST.resource_spans, RESOURCE_SPANS.scope_spans, SCOPE_SPANS.spans].map((field) =>
      writer.open(field),
    )
    writer.raw(full(SPAN.attributes, 20 * 2 ** 20))
    for (const open of opened.reverse()) writer.close(open)
    expect(() => decodeOtlpSpans(writer.written(), 'protobuf')).toThrow('attributes, events, links and list elements')
    const spans = fc.sample(anySpan, { numRuns: 5, seed: 3 })
    expect(spansOf(decodeOtlpSpans(encodeTraces(spans, 'protobuf'), 'protobuf').batch)).toHaveLength(5)
  })
})

function same(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b)
    return true
  } catch {
    return false
  }
}
