// Reads `service.name` out of the bytes of a Resource message.
import { ProtobufReader } from '../wire/protobuf-reader.ts'

const KEY = 'service.name'

/** The last string under `service.name`, or '' when the resource has none. */
export function scanServiceName(resource: Uint8Array): string {
  const attributes = new ProtobufReader('otlp protobuf', resource)
  const field = new ProtobufReader('otlp protobuf')
  let service = ''
  while (attributes.next()) {
    if (attributes.tag !== 0x0a) continue
    field.open(resource, attributes.valueStart, attributes.valueEnd)
    let isServiceName = false
    let valueStart = 0
    let valueEnd = 0
    while (field.next()) {
      if (field.tag === 0x0a) isServiceName = field.valueEnd - field.valueStart === KEY.length && field.text() === KEY
      else if (field.tag === 0x12) {
        valueStart = field.valueStart
        valueEnd = field.valueEnd
      }
    }
    if (!isServiceName) continue
    field.open(resource, valueStart, valueEnd)
    while (field.next()) if (field.tag === 0x0a) service = field.text()
  }
  return service
}
