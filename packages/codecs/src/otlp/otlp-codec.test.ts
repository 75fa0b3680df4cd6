import fc from 'fast-check'
import { anySpan, describeSpanCodec } from '../codec-contract.ts'
import { SPAN_CODECS } from '../registry.ts'

const spans = fc.sample(anySpan, { numRuns: 40, seed: 3 })

for (const name of ['otlp-protobuf', 'otlp-json'] as const) {
  const codec = SPAN_CODECS[name]
  describeSpanCodec(name, codec, [
    codec.encodeSpans([]),
    codec.encodeSpans(spans.slice(0, 1)),
    codec.encodeSpans(spans.slice(1, 4)),
    codec.encodeSpans(spans),
  ])
}
