import { hexFromBytes } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpan } from '../codec-contract.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeSpan } from './decode-span.ts'
import { decodeOtlpSpans } from './decode-spans.ts'
import { decodeResource } from './decode-value.ts'
import { encodeSpan } from './encode-span.ts'
import { ANY_VALUE, ENTITY_REF, KEY_VALUE, KEY_VALUE_LIST, RESOURCE, SPAN, SPAN_EVENT, STATUS } from './fields.ts'
import { rewriteInvalidUtf8 } from './rewrite-invalid-utf8.ts'

const origin = {
  resource: { attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
  scope: { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
  serviceName: '',
}
const broken = Uint8Array.of(0x63, 0x61, 0x66, 0xe9)

function spanBytes(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter()
  writer.bytesField(SPAN.trace_id, new Uint8Array(16).fill(1))
  writer.bytesField(SPAN.span_id, new Uint8Array(8).fill(2))
  write(writer)
  return writer.copy()
}

function stringAttribute(writer: ProtobufWriter, field: number, key: Uint8Array, value: Uint8Array): void {
  const open = writer.open(field)
  writer.bytesField(KEY_VALUE.key, key)
  const openValue = writer.open(KEY_VALUE.value)
  writer.bytesField(ANY_VALUE.string_value, value)
  writer.close(openValue)
  writer.close(open)
}

const ascii = (text: string) => new Uint8Array(Buffer.from(text))

function rewritten(write: (writer: ProtobufWriter) => void) {
  const span = decodeSpan(rewriteInvalidUtf8(spanBytes(write), 'span'), origin)
  const originals = (attributes: typeof span.attributes) =>
    attributes.flatMap(({ key, value }) =>
      value.type === 'bytes' ? [`${key} ${hexFromBytes(value.value, 0, value.value.length)}`] : [],
    )
  return { span, originals: originals(span.attributes), eventOriginals: originals(span.events[0]?.attributes ?? []) }
}

describe('strings that are no UTF-8', () => {
  it('are left alone when there are none', () => {
    fc.assert(
      fc.property(anySpan, (span) => {
        const writer = new ProtobufWriter()
        encodeSpan(writer, span)
        const bytes = writer.copy()
        expect(rewriteInvalidUtf8(bytes, 'span')).toBe(bytes)
      }),
    )
  })

  it('are mended in names, with the original beside', () => {
    const { span, originals } = rewritten((writer) => writer.bytesField(SPAN.name, broken))
    expect(span.name).toBe('caf\ufffd')
    expect(originals).toEqual(['clew.original.name 636166e9'])
  })

  it('are mended in values, keys and status messages, with the original under the key', () => {
    const { span, originals } = rewritten((writer) => {
      stringAttribute(writer, SPAN.attributes, ascii('http.url'), broken)
      stringAttribute(writer, SPAN.attributes, broken, ascii('value'))
      const status = writer.open(SPAN.status)
      writer.bytesField(STATUS.message, broken)
      writer.close(status)
    })
    expect(span.attributes[0]).toEqual({ key: 'http.url', value: { type: 'string', value: 'caf\ufffd' } })
    expect(span.attributes[1]).toEqual({ key: 'caf\ufffd', value: { type: 'string', value: 'value' } })
    expect(span.status.message).toBe('caf\ufffd')
    expect(originals).toEqual([
      'clew.original.http.url 636166e9',
      'clew.original.key.caf\ufffd 636166e9',
      'clew.original.status.message 636166e9',
    ])
  })

  it('are mended in lists inside values, with the original under the whole path', () => {
    const { originals } = rewritten((writer) => {
      const attribute = writer.open(SPAN.attributes)
      writer.stringField(KEY_VALUE.key, 'outer')
      const value = writer.open(KEY_VALUE.value)
      const list = writer.open(ANY_VALUE.kvlist_value)
      stringAttribute(writer, KEY_VALUE_LIST.values, ascii('inner'), broken)
      writer.close(list)
      writer.close(value)
      writer.close(attribute)
    })
    expect(originals).toEqual(['clew.original.outer.inner 636166e9'])
  })

  it('keep their original in the event they are in', () => {
    const { span, originals, eventOriginals } = rewritten((writer) => {
      const event = writer.open(SPAN.events)
      writer.bytesField(SPAN_EVENT.name, broken)
      writer.close(event)
    })
    expect(span.events[0]!.name).toBe('caf\ufffd')
    expect(originals).toEqual([])
    expect(eventOriginals).toEqual(['clew.original.name 636166e9'])
  })

  it('are mended in the entities of a resource', () => {
    const writer = new ProtobufWriter()
    const entity = writer.open(RESOURCE.entity_refs)
    writer.bytesField(ENTITY_REF.type, broken)
    writer.close(entity)
    const { attributes } = decodeResource(rewriteInvalidUtf8(writer.copy(), 'resource'), '')
    expect(attributes.map(({ key }) => key)).toEqual(['clew.original.entityRefs.type'])
  })

  it('are found by the scanner exactly where the rewriting finds them, and not after it', () => {
    const anyBytes = fc.uint8Array({ maxLength: 6 })
    fc.assert(
      fc.property(anyBytes, anyBytes, anyBytes, (name, key, value) => {
        const bytes = spanBytes((writer) => {
          writer.bytesField(SPAN.name, name)
          stringAttribute(writer, SPAN.attributes, key, value)
        })
        const mended = rewriteInvalidUtf8(bytes, 'span')
        expect(marksOf(bytes)).toBe(mended === bytes ? 0 : 4)
        expect(marksOf(mended)).toBe(0)
      }),
    )
  })
})

function marksOf(span: Uint8Array): number {
  const writer = new ProtobufWriter()
  const resource = writer.open(1)
  const scope = writer.open(2)
  writer.bytesField(2, span)
  writer.close(scope)
  writer.close(resource)
  return decodeOtlpSpans(writer.copy(), 'protobuf').batch.marks[0]!
}
