// Schemas in the proto3 language to the FileDescriptorProto bytes that reflection serves.
// (google/protobuf/descriptor.proto has the field numbers below)
import { ProtobufWriter } from '@clew/codecs'
import { type Enum, type Message, type ParsedProto, parseProto } from './proto-parser.ts'

/** File name → proto3 text. */
export type ProtoSources = Readonly<Record<string, string>>

export interface ProtoFile {
  readonly name: string
  readonly dependencies: readonly string[]
  /** Full names of messages, enums, services and methods, without a dot in front. */
  readonly symbols: readonly string[]
  readonly services: readonly string[]
  /** FileDescriptorProto. */
  readonly descriptor: Uint8Array
}

const SCALARS: Readonly<Record<string, number>> = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  fixed64: 6,
  fixed32: 7,
  bool: 8,
  string: 9,
  bytes: 12,
  uint32: 13,
  sfixed64: 16,
}
const TYPE = { message: 11, enum: 14 } as const
const LABEL = { optional: 1, repeated: 3 } as const

/** Throws an Error when a text is not of the part of the language that parseProto knows, or names a type that no file has. */
export function describeProtos(sources: ProtoSources): ProtoFile[] {
  const parsed = Object.entries(sources).map(([name, text]) => parseProto(name, text))
  const types = new Map<string, number>()
  for (const file of parsed) collectTypes(file, file.package, types)
  return parsed.map((file) => {
    const symbols: string[] = []
    const services = file.services.map((service) => `${file.package}.${service.name}`)
    const own = new Map<string, number>()
    collectTypes(file, file.package, own)
    symbols.push(...own.keys(), ...services)
    for (const service of file.services)
      symbols.push(...service.methods.map((method) => `${file.package}.${service.name}.${method.name}`))
    return { name: file.name, dependencies: file.dependencies, symbols, services, descriptor: encodeFile(file, types) }
  })
}

function collectTypes(scope: { messages: Message[]; enums: Enum[] }, prefix: string, types: Map<string, number>): void {
  for (const entry of scope.enums) types.set(`${prefix}.${entry.name}`, TYPE.enum)
  for (const message of scope.messages) {
    types.set(`${prefix}.${message.name}`, TYPE.message)
    collectTypes(message, `${prefix}.${message.name}`, types)
  }
}

function encodeFile(file: ParsedProto, types: ReadonlyMap<string, number>): Uint8Array {
  const writer = new ProtobufWriter()
  writer.stringField(1, file.name)
  writer.stringField(2, file.package)
  for (const dependency of file.dependencies) writer.stringField(3, dependency)
  for (const message of file.messages) encodeMessage(writer, 4, message, `${file.package}.${message.name}`, types)
  for (const entry of file.enums) encodeEnum(writer, 5, entry)
  for (const service of file.services) {
    const open = writer.open(6)
    writer.stringField(1, service.name)
    for (const method of service.methods) {
      const start = writer.open(2)
      writer.stringField(1, method.name)
      writer.stringField(2, `.${resolve(method.input, file.package, types)}`)
      writer.stringField(3, `.${resolve(method.output, file.package, types)}`)
      if (method.inputStream) writer.boolField(5, true)
      if (method.outputStream) writer.boolField(6, true)
      writer.close(start)
    }
    writer.close(open)
  }
  writer.stringField(12, 'proto3')
  return writer.copy()
}

function encodeMessage(
  writer: ProtobufWriter,
  field: number,
  message: Message,
  fullName: string,
  types: ReadonlyMap<string, number>,
): void {
  const open = writer.open(field)
  writer.stringField(1, message.name)
  for (const entry of message.fields) {
    const start = writer.open(2)
    writer.stringField(1, entry.name)
    writer.uint32Field(3, entry.number)
    writer.uint32Field(4, entry.repeated ? LABEL.repeated : LABEL.optional)
    const scalar = SCALARS[entry.type]
    if (scalar !== undefined) writer.uint32Field(5, scalar)
    else {
      const type = resolve(entry.type, fullName, types)
      writer.uint32Field(5, types.get(type)!)
      writer.stringField(6, `.${type}`)
    }
    if (entry.oneof !== undefined) writer.uint32Field(9, entry.oneof)
    writer.stringField(
      10,
      entry.name.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase()),
    )
    writer.close(start)
  }
  for (const nested of message.messages) encodeMessage(writer, 3, nested, `${fullName}.${nested.name}`, types)
  for (const entry of message.enums) encodeEnum(writer, 4, entry)
  for (const oneof of message.oneofs) {
    const start = writer.open(8)
    writer.stringField(1, oneof)
    writer.close(start)
  }
  if (message.isMapEntry) {
    const start = writer.open(7)
    writer.boolField(7, true)
    writer.close(start)
  }
  writer.close(open)
}

function encodeEnum(writer: ProtobufWriter, field: number, entry: Enum): void {
  const open = writer.open(field)
  writer.stringField(1, entry.name)
  for (const value of entry.values) {
    const start = writer.open(2)
    writer.stringField(1, value.name)
    writer.uint32Field(2, value.number)
    writer.close(start)
  }
  writer.close(open)
}

/** The full name of a type as the innermost scope around `scope` knows it. */
function resolve(name: string, scope: string, types: ReadonlyMap<string, number>): string {
  for (let prefix = scope; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))) {
    if (types.has(`${prefix}.${name}`)) return `${prefix}.${name}`
  }
  if (types.has(name)) return name
  throw new Error(`${scope}: expected a known type, got ${name}`)
}
