// Reads schemas in the proto3 language: the part of it that the schemas of this house use, which is package, import,
// messages and enums (nested too), oneof, map, repeated and optional fields, services with streams; no options, no groups.

export interface Field {
  name: string
  number: number
  type: string
  repeated: boolean
  oneof: number | undefined
}

export interface Message {
  name: string
  fields: Field[]
  oneofs: string[]
  messages: Message[]
  enums: Enum[]
  /** The entry of a map field: key and value. */
  isMapEntry?: boolean
}

export interface Enum {
  name: string
  values: { name: string; number: number }[]
}

export interface Method {
  name: string
  input: string
  inputStream: boolean
  output: string
  outputStream: boolean
}

export interface ParsedProto {
  name: string
  package: string
  dependencies: string[]
  messages: Message[]
  enums: Enum[]
  services: { name: string; methods: Method[] }[]
}

/** Throws an Error when the text is not of the part of the language above. */
export function parseProto(name: string, text: string): ParsedProto {
  return new Parser(name, text).file()
}

class Parser {
  readonly #name: string
  readonly #tokens: string[]
  #at = 0

  constructor(name: string, text: string) {
    this.#name = name
    this.#tokens = text.replaceAll(/\/\/.*/g, '').match(/"[^"]*"|[\w.]+|[{}()<>,=;]/g) ?? []
  }

  file(): ParsedProto {
    const file: ParsedProto = { name: this.#name, package: '', dependencies: [], messages: [], enums: [], services: [] }
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
      } else if (token === 'map') this.#map(message)
      else if (token === 'repeated') message.fields.push(this.#field(this.#next(), true, undefined))
      else message.fields.push(this.#field(token, false, undefined))
    }
    return message
  }

  /** `map<string, Value> user_attributes = 3;` is `repeated UserAttributesEntry user_attributes = 3;`. */
  #map(message: Message): void {
    this.#skip('<')
    const key = this.#until(',')
    const value = this.#until('>')
    const name = this.#tokens[this.#at] ?? ''
    const type = `${pascalCase(name)}Entry`
    message.fields.push(this.#field(type, true, undefined))
    const fields = [
      { name: 'key', number: 1, type: key, repeated: false, oneof: undefined },
      { name: 'value', number: 2, type: value, repeated: false, oneof: undefined },
    ]
    message.messages.push({ name: type, fields, oneofs: [], messages: [], enums: [], isMapEntry: true })
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

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|_)(\w)/g, (_match, letter: string) => letter.toUpperCase())
}
