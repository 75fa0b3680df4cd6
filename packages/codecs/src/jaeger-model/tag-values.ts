// Values between Jaeger's five types and OTLP's. Lists and maps, which Jaeger has not, are written as JSON text, as the
// OpenTelemetry Collector does.
import type { AnyValue, KeyValue } from '@clew/model'
import { encodeBase64 } from '../wire/base64.ts'
import type { JaegerTag } from './jaeger-span.ts'

export function tagAttribute(tag: JaegerTag): KeyValue {
  return { key: tag.key, value: otlpValue(tag) }
}

export function attributeTag({ key, value }: KeyValue): JaegerTag {
  switch (value.type) {
    case 'string':
    case 'bool':
      return { key, type: value.type, value: value.value } as JaegerTag
    case 'int':
      return { key, type: 'int64', value: value.value }
    case 'double':
      return { key, type: 'float64', value: value.value }
    case 'bytes':
      return { key, type: 'binary', value: value.value }
    case 'empty':
      return { key, type: 'string', value: '' }
    default:
      return { key, type: 'string', value: jsonText(value) }
  }
}

function otlpValue(tag: JaegerTag): AnyValue {
  switch (tag.type) {
    case 'int64':
      return { type: 'int', value: tag.value }
    case 'float64':
      return { type: 'double', value: tag.value }
    case 'binary':
      return { type: 'bytes', value: tag.value }
    default:
      return { type: tag.type, value: tag.value } as AnyValue
  }
}

/** As plain JSON, with bytes in base64; a number that JSON has not is null. */
function jsonText(value: AnyValue): string {
  switch (value.type) {
    case 'empty':
      return 'null'
    case 'int':
      return String(value.value)
    case 'bytes':
      return JSON.stringify(encodeBase64(value.value))
    case 'array':
      return `[${value.values.map(jsonText).join(',')}]`
    case 'kvlist':
      return `{${value.values.map((entry) => `${JSON.stringify(entry.key)}:${jsonText(entry.value)}`).join(',')}}`
    default:
      return JSON.stringify(value.value)
  }
}
