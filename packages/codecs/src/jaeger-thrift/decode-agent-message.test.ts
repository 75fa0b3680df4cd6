import { DecodeError, type Span } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeSpanCodec, spansOf } from '../codec-contract.ts'
import { anySentSpan } from '../jaeger-model/jaeger-span-contract.ts'
import { i64, struct, structs, text, thriftCall } from '../wire/thrift-values-contract.ts'
import { decodeAgentMessage } from './decode-agent-message.ts'
import type { ThriftProtocol } from './decode-spans.ts'
import { thriftBatch } from './thrift-batch-contract.ts'

const sent = fc.sample(anySentSpan, { numRuns: 3, seed: 6 })
const zipkinSpan = { 1: i64(0xabcn), 3: text('get'), 4: i64(0xaan), 10: i64(1_700_000_000_000_000n), 11: i64(5n) }

describe.each<ThriftProtocol>(['binary', 'compact'])('a message to the agent, %s', (protocol) => {
  const emitBatch = thriftCall('emitBatch', { 1: struct(thriftBatch(sent)) }, protocol)
  const emitZipkinBatch = thriftCall('emitZipkinBatch', { 1: structs([zipkinSpan]) }, protocol)
  const read = (bytes: Uint8Array): Span[] => spansOf(decodeAgentMessage(bytes).batch)

  it('brings the batch of emitBatch', () => {
    expect(read(emitBatch).map(({ name }) => name)).toEqual(sent.map(({ span }) => span.operationName))
  })

  it('brings the Zipkin spans of emitZipkinBatch', () => {
    expect(read(emitZipkinBatch)).toMatchObject([
      { traceId: '00000000000000000000000000000abc', spanId: '00000000000000aa', name: 'get' },
    ])
  })

  it('names a call that it does not know', () => {
    expect(() => read(thriftCall('dropAll', { 1: i64(1n) }, protocol))).toThrow(
      /^jaeger thrift: byte \d+: call of "dropAll", expected emitBatch or emitZipkinBatch$/,
    )
  })

  it('wants the argument, and of its type', () => {
    expect(() => read(thriftCall('emitBatch', {}, protocol))).toThrow(/call without its argument/)
    expect(() => read(thriftCall('emitBatch', { 1: i64(1n) }, protocol))).toThrow(/call without its argument/)
  })

  it('is refused wherever it was cut', () => {
    for (let length = 0; length < emitBatch.length - 2; length++)
      expect(() => read(emitBatch.subarray(0, length))).toThrow(DecodeError)
  })

  describeSpanCodec(`agent message, ${protocol}`, { decodeSpans: decodeAgentMessage }, [emitBatch, emitZipkinBatch])
})

describe('a message to the agent', () => {
  const refused = (hex: string) => () => decodeAgentMessage(new Uint8Array(Buffer.from(hex, 'hex')))

  it.each([
    ['nothing', ''],
    ['a reply', '8221 0009 656d69744261746368'.replace('21', '41')],
    ['version 2 of the compact protocol', '8222 00 09 656d69744261746368'],
    ['version 2 of the binary protocol', '80020004 00000009 656d69744261746368 00000000 00'],
    ['a name of two gigabytes', '80010004 7fffffff 65'],
    ['a name of a negative length', '80010004 80000000 65'],
    ['a name beyond 64 bits in compact', '8281 00 ffffffffffffffffffff01'],
    ['a list of 2^31 - 1 spans', '80010004 00000009 656d69744261746368 00000000 0c0001 0f0002 0c 7fffffff'],
    ['a list of -1 spans', '80010004 00000009 656d69744261746368 00000000 0c0001 0f0002 0c ffffffff'],
    ['a list of 2^31 spans in compact', '8281 00 09 656d69744261746368 1c 29 fc 8080808008'],
    [
      'spans that are numbers',
      '80010004 00000009 656d69744261746368 00000000 0c0001 0f0002 0a 00000001 0000000000000001',
    ],
    ['HTTP', Buffer.from('POST /api/traces HTTP/1.1\r\n\r\n').toString('hex')],
  ])('is refused as %s', (_name, hex) => {
    expect(refused(hex.replaceAll(' ', ''))).toThrow(DecodeError)
  })

  it.each([
    ['structs', '0c0009'],
    ['lists', '0f0009'],
  ])('ends where unknown %s nest too deep', (name, field) => {
    const head = '80010004 00000009 656d69744261746368 00000000 0c0001'.replaceAll(' ', '')
    const nested = name === 'structs' ? field.repeat(20_000) : `${field}${'0f00000001'.repeat(20_000)}`
    expect(refused(head + nested)).toThrow(/nested deeper than 64 levels/)
  })

  it('ends where there are more tags than a request may have', () => {
    const count = (1 << 23) + 1
    const size = Buffer.alloc(4)
    size.writeUInt32BE(count)
    const head = Buffer.from(
      '80010004 00000009 656d69744261746368 00000000 0c0001 0f0002 0c 00000001 0f000a 0c'.replaceAll(' ', ''),
      'hex',
    )
    const bomb = new Uint8Array(Buffer.concat([head, size, Buffer.alloc(count + 3)]))
    expect(() => decodeAgentMessage(bomb)).toThrow(/more than 8388608 in one request/)
  })

  it('reads messages of the binary protocol without a version, as old writers send them', () => {
    const strict = Buffer.from(thriftCall('emitBatch', { 1: struct(thriftBatch(sent)) }, 'binary'))
    const old = Buffer.concat([strict.subarray(4, 17), Buffer.from([4]), strict.subarray(17)])
    expect(decodeAgentMessage(new Uint8Array(old)).batch.count).toBe(sent.length)
  })
})
