// Schemas in the proto3 language to the FileDescriptorProto bytes that reflection serves. It reads the part of the
// language that the schemas of this house use: package, import, messages and enums (nested too), oneof, repeated and
// optional fields, services with streams; no options, no maps, no groups.
// (google/protobuf/descriptor.proto has the field numbers below)
import { ProtobufWriter } from '@clew/codecs'

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

interface Field {
  name: string
  number: number
  type: string
  repeated: boolean
  oneof: number | undefined
}
interface Message {
  name: string
  fields: Field[]
  oneofs: string[]
  messages: Message[]
  enums: Enum[]
}
interface Enum {
  name: string
  values: { name: string; number: number }[]
}
interface Method {
  name: string
  input: string
  inputStream: boolean
  output: string
  outputStream: boolean
}
interface Parsed {
  name: string
  package: string
  dependencies: string[]
  messages: Message[]
  enums: Enum[]
  services: { name: string; methods: Method[] }[]
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

/** Throws an Error when a text is not of the part of the language above, or names a type that no file has. */
export function describeProtos(sources: ProtoSources): ProtoFile[] {
  const parsed = Object.entries(sources).map(([name, text]) => new Parser(name, text).file())
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

class Parser {
  readonly #name: string
  readonly #tokens: string[]
  #at = 0

  constructor(name: string, text: string) {
    this.#name = name
    this.#tokens = text.replaceAll(/\/\/.*/g, '').match(/"[^"]*"|[\w.]+|[{}()=;]/g) ?? []
  }

  file(): Parsed {
    const file: Parsed = { name: this.#name, package: '', dependencies: [], messages: [], enums: [], services: [] }
    while (this.#at < this.#tokens.length) {
      const keyword = this.#next()
      if (keyword === 'syntax') this.#skip('=', '"proto3"', ';')
      else if (keyword === 'package') file.package = this.#until(';')
      else if (keyword === 'import') file.dependencies.push(this.#until(';').slice(1, -1))
      else if (keyword === 'message') file.messages.push(this.#message())
      else if (keyword === 'enum') file.enums.push(this.#enum())
      else if (keyword === 'service') file.services.push(this.#service())
      else this.#fail('a declaration', keyword)
    }
    return file
  }

  #message(): Message {
    const message: Message = { name: this.#next(), fields: [], oneofs: [], messages: [], enums: [] }
    this.#skip('{')
    for (let token = this.#next(); token !== '}'; token = this.#next()) {
      if (token === 'message') message.messages.push(this.#message())
      else if (token === 'enum') message.enums.push(this.#enum())
      else if (token === 'oneof') {
        message.oneofs.push(this.#next())
        this.#skip('{')
        for (let type = this.#next(); type !== '}'; type = this.#next())
          message.fields.push(this.#field(type, false, message.oneofs.length - 1))
      } else if (token === 'repeated') message.fields.push(this.#field(this.#next(), true, undefined))
      else message.fields.push(this.#field(token, false, undefined))
    }
    return message
  }

  #field(type: string, repeated: boolean, oneof: number | undefined): Field {
    const name = this.#next()
    this.#skip('=')
    return { name, number: Number(this.#until(';')), type, repeated, oneof }
  }

  #enum(): Enum {
    const entry: Enum = { name: this.#next(), values: [] }
    this.#skip('{')
    for (let name = this.#next(); name !== '}'; name = this.#next()) {
      this.#skip('=')
      entry.values.push({ name, number: Number(this.#until(';')) })
    }
    return entry
  }

  #service() {
    const service = { name: this.#next(), methods: [] as Method[] }
    this.#skip('{')
    for (let token = this.#next(); token !== '}'; token = this.#next()) {
      if (token !== 'rpc') this.#fail('rpc', token)
      const name = this.#next()
      const input = this.#argument()
      this.#skip('returns')
      const output = this.#argument()
      this.#skip(';')
      service.methods.push({
        name,
        input: input.type,
        inputStream: input.stream,
        output: output.type,
        outputStream: output.stream,
      })
    }
    return service
  }

  #argument() {
    this.#skip('(')
    const first = this.#next()
    const argument = first === 'stream' ? { type: this.#next(), stream: true } : { type: first, stream: false }
    this.#skip(')')
    return argument
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? this.#fail('more', 'the end')
  }

  #until(end: string): string {
    const token = this.#next()
    this.#skip(end)
    return token
  }

  #skip(...expected: string[]): void {
    for (const token of expected) {
      const came = this.#next()
      if (came !== token) this.#fail(token, came)
    }
  }

  #fail(expected: string, came: string): never {
    throw new Error(`${this.#name}: token ${this.#at}: expected ${expected}, got ${came}`)
  }
}

function encodeFile(file: Parsed, types: ReadonlyMap<string, number>): Uint8Array {
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
