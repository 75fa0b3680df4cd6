// Jaeger's formats beside OTLP: the same spans of one service, in the batch that a client would send.
// `npx vitest bench --run bench/codecs/jaeger`
import { decodeOtlpSpans, encodeTraces, SPAN_CODECS } from '@clew/codecs'
import { bench, describe } from 'vitest'
import { processFromResource } from '../../packages/codecs/src/jaeger-model/process-resource.ts'
import { toJaegerSpan } from '../../packages/codecs/src/jaeger-model/to-jaeger-span.ts'
import { thriftBatch } from '../../packages/codecs/src/jaeger-thrift/thrift-batch-contract.ts'
import { thriftStruct } from '../../packages/codecs/src/wire/thrift-values-contract.ts'
import { resources, SPANS, spans } from './bench-spans.ts'

const ofOneService = spans.map((span) => ({ ...span, resource: resources[0]! }))
const process = processFromResource(resources[0]!)
const batch = thriftBatch(ofOneService.map((span) => ({ span: toJaegerSpan(span), process })))

const otlp = encodeTraces(ofOneService, 'protobuf')
const binary = thriftStruct(batch, 'binary')
const compact = thriftStruct(batch, 'compact')
const proto = SPAN_CODECS['jaeger-proto'].encodeSpans(ofOneService)
const json = SPAN_CODECS['jaeger-json'].encodeSpans(ofOneService)

describe(`${SPANS} spans`, () => {
  bench(`OTLP protobuf, ${otlp.length} bytes`, () => void decodeOtlpSpans(otlp, 'protobuf'))
  bench(
    `Jaeger thrift binary, ${binary.length} bytes`,
    () => void SPAN_CODECS['jaeger-thrift-binary'].decodeSpans(binary),
  )
  bench(
    `Jaeger thrift compact, ${compact.length} bytes`,
    () => void SPAN_CODECS['jaeger-thrift-compact'].decodeSpans(compact),
  )
  bench(`Jaeger protobuf, ${proto.length} bytes`, () => void SPAN_CODECS['jaeger-proto'].decodeSpans(proto))
  bench(`Jaeger JSON, ${json.length} bytes`, () => void SPAN_CODECS['jaeger-json'].decodeSpans(json))
  bench('Jaeger JSON, written', () => void SPAN_CODECS['jaeger-json'].encodeSpans(ofOneService))
})
