import { decodeOtlpSpans, encodeTraces } from '@clew/codecs'
import { ID_TEXT, type Span } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { type StoredSpan, withoutRepeats } from './stored-span.ts'

const nothing = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }

function stored(text: string): StoredSpan {
  const span: Span = {
    traceId: '1'.repeat(32),
    spanId: '2'.repeat(16),
    parentSpanId: '',
    traceState: '',
    flags: 0,
    name: 'n',
    kind: 'server',
    startTimeUnixNano: 5n,
    endTimeUnixNano: 9n,
    attributes: text === '' ? [] : [{ key: ID_TEXT.span, value: { type: 'string', value: text } }],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 'unset', message: '' },
    resource: nothing,
    scope: { ...nothing, name: '', version: '' },
    serviceName: '',
  }
  const { batch } = decodeOtlpSpans(encodeTraces([span], 'protobuf'), 'protobuf')
  const bytes = batch.bytes.subarray(batch.itemOffset[0]!, batch.itemOffset[0]! + batch.itemLength[0]!)
  const none = new Uint8Array()
  const { traceId, spanId, resource, scope, serviceName } = span
  return {
    traceId,
    spanId,
    marks: 0,
    bytes,
    origin: { resource, scope, serviceName, resourceBytes: none, scopeBytes: none },
  }
}

describe('spans that came more than once', () => {
  it('are one', () => {
    expect(withoutRepeats([stored(''), stored('')])).toHaveLength(1)
    expect(withoutRepeats([stored('A'), stored('A')])).toHaveLength(1)
  })

  it('are several where their senders called them by different texts, which became the same id', () => {
    expect(withoutRepeats([stored('A'), stored('B'), stored('A'), stored('')])).toHaveLength(3)
  })
})
