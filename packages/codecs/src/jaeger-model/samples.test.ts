// Bodies of real clients and of Jaeger's API against what becomes of them: folders in `samples/` of each format.
import { decodeJaegerJson } from '../jaeger-json/decode-spans.ts'
import { decodeJaegerProto } from '../jaeger-proto/decode-spans.ts'
import { decodeAgentMessage } from '../jaeger-thrift/decode-agent-message.ts'
import { describeSamples } from '../samples-contract.ts'

describeSamples('Jaeger agent', new URL('../jaeger-thrift/samples', import.meta.url), decodeAgentMessage)
describeSamples('Jaeger protobuf', new URL('../jaeger-proto/samples', import.meta.url), decodeJaegerProto)
describeSamples('Jaeger JSON', new URL('../jaeger-json/samples', import.meta.url), decodeJaegerJson)
