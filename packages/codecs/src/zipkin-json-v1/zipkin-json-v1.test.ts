import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeSpanCodec, spansOf } from '../codec-contract.ts'
import { SPAN_CODECS } from '../registry.ts'
import { describeSamples, readInputs } from '../samples-contract.ts'
import { toZipkinSpan } from '../zipkin-model/to-zipkin-span.ts'
import { carriedByV1, decodedInputs, plainSpan, v1ZipkinSpan } from '../zipkin-model/zipkin-span-contract.ts'
import { decodeZipkinJsonV1 } from './decode-spans.ts'
import { zipkinJsonV1 } from './encode-spans.ts'

const samples = new URL('samples/', import.meta.url)
const bytesOf = (text: string) => new TextEncoder().encode(text)

describeSamples('zipkin json v1', samples, decodeZipkinJsonV1)

describeSpanCodec(
  'zipkin json v1',
  SPAN_CODECS['zipkin-json-v1'],
  decodedInputs(readInputs(samples), decodeZipkinJsonV1),
  carriedByV1,
)

describe('zipkin json v1', () => {
  it('gives back what version 2 says, where version 1 can say it', () => {
    fc.assert(
      fc.property(v1ZipkinSpan, (sent) => {
        const { batch, rejected } = decodeZipkinJsonV1(bytesOf(`[${zipkinJsonV1(sent)}]`))
        expect(rejected).toBe(0)
        expect(spansOf(batch).map((span) => plainSpan(toZipkinSpan(span)))).toEqual([plainSpan(sent)])
      }),
      { numRuns: 500 },
    )
  })
})
