import { connect, type IncomingHttpHeaders } from 'node:http2'
import { ProtobufReader, ProtobufWriter } from '@clew/codecs'
import { Client, credentials } from '@grpc/grpc-js'
import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor/index.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OTLP_PROTOS } from '../dialects/otlp/protos.ts'
import { call, openTestDoors, type TestDoors } from '../doors-contract.ts'
import { describeProtos } from './proto-descriptor.ts'
import { SERVICE_PROTOS } from './service-protos.ts'

const TRACE_SERVICE = 'opentelemetry.proto.collector.trace.v1.TraceService'
const CHECK = '/grpc.health.v1.Health/Check'
const WATCH = '/grpc.health.v1.Health/Watch'
const REFLECTION = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo'

let doors: TestDoors
let client: Client
beforeEach(async () => {
  doors = await openTestDoors()
  client = new Client(doors.urls.otlpGrpc.replace('http://', ''), credentials.createInsecure())
})
afterEach(async () => {
  client.close()
  await doors.stop(0)
  doors.metrics.stop()
})

describe('the health service', () => {
  const ask = (service: string) => call(doors.urls.otlpGrpc, CHECK, { body: textField(1, service) })

  it('says SERVING for the server and its services while it is ready', async () => {
    for (const service of ['', TRACE_SERVICE]) expect((await ask(service)).body).toEqual(Buffer.from([8, 1]))
  })

  it('says NOT_SERVING once it is not ready', async () => {
    doors.health.stopping()
    expect((await ask('')).body).toEqual(Buffer.from([8, 2]))
  })

  it('answers NOT_FOUND for a service it does not have', async () => {
    expect(await ask('nobody')).toMatchObject({ code: 5 })
  })

  it('tells a watcher the state and each change of it', async () => {
    const stream = client.makeServerStreamRequest(WATCH, Buffer.from, Buffer.from, Buffer.alloc(0))
    stream.on('error', () => {})
    const states = stream[Symbol.asyncIterator]()
    expect((await states.next()).value).toEqual(Buffer.from([8, 1]))
    doors.health.stopping()
    expect((await states.next()).value).toEqual(Buffer.from([8, 2]))
    stream.cancel()
  })
})

it('ends a call that sends messages faster than they are served, so that they cannot fill the memory', async () => {
  const session = connect(doors.urls.otlpGrpc)
  const stream = session.request({ ':method': 'POST', ':path': WATCH, 'content-type': 'application/grpc' })
  stream.on('error', () => {})
  const status = new Promise((resolve) => {
    for (const event of ['response', 'trailers'])
      stream.on(event, (headers: IncomingHttpHeaders) => headers['grpc-status'] && resolve(headers['grpc-status']))
  })
  stream.write(Buffer.alloc(5 * 10_000))
  stream.resume()
  expect(await status).toBe('14')
  session.destroy()
})

describe('reflection', () => {
  async function ask(field: number, text: string): Promise<Map<number, Buffer>> {
    const stream = client.makeBidiStreamRequest(REFLECTION, Buffer.from, Buffer.from)
    stream.write(textField(field, text))
    const [answer] = (await stream[Symbol.asyncIterator]()
      .next()
      .then(({ value }) => [value])) as [Buffer]
    stream.end()
    const fields = new Map<number, Buffer>()
    const reader = new ProtobufReader('answer', answer)
    while (reader.next()) fields.set(reader.field, Buffer.from(reader.copy()))
    return fields
  }

  it('lists the services of the port', async () => {
    const services = textsIn((await ask(7, '')).get(6)!).map((inner) => textsIn(inner)[0]!.toString())
    expect(services).toContain(TRACE_SERVICE)
    expect(services).toContain('grpc.health.v1.Health')
  })

  it('gives the file of a symbol with every file that it imports, as descriptors that others can read', async () => {
    const files = textsIn((await ask(4, `${TRACE_SERVICE}.Export`)).get(4)!)
    const root = protobufRoot(files)
    const span = root.lookupType('opentelemetry.proto.trace.v1.Span')
    expect(span.fields.start_time_unix_nano).toMatchObject({ id: 7, type: 'fixed64' })
    expect(span.fields.kind?.resolve().resolvedType?.fullName).toBe('.opentelemetry.proto.trace.v1.Span.SpanKind')
    expect(root.lookupService(TRACE_SERVICE).methods.Export).toMatchObject({
      requestType: expect.stringContaining('ExportTraceServiceRequest'),
    })
  })

  it('answers what it does not have with an error inside the stream', async () => {
    expect((await ask(4, 'no.such.Symbol')).has(7)).toBe(true)
    expect((await ask(6, 'extensions')).has(7)).toBe(true)
  })
})

describe('describeProtos', () => {
  it('describes every schema of the house so that each type resolves', () => {
    const files = describeProtos({ ...OTLP_PROTOS, ...SERVICE_PROTOS })
    expect(() => protobufRoot(files.map((file) => file.descriptor)).resolveAll()).not.toThrow()
  })

  it('describes a map as the entries it travels as', () => {
    const text = 'syntax = "proto3"; package x; message V { int64 n = 1; } message M { map<string, V> of_all = 3; }'
    const [file] = describeProtos({ 'x.proto': text })
    const { nestedType, field } = (
      descriptor.FileDescriptorProto.decode(file!.descriptor) as descriptor.IFileDescriptorProto
    ).messageType![1]!
    expect(field).toMatchObject([{ name: 'of_all', number: 3, label: 3, typeName: '.x.M.OfAllEntry' }])
    expect(nestedType).toMatchObject([
      {
        name: 'OfAllEntry',
        field: [
          { name: 'key', type: 9 },
          { name: 'value', typeName: '.x.V' },
        ],
        options: { mapEntry: true },
      },
    ])
  })

  it('says where a schema is not in the part of the language it knows', () => {
    expect(() => describeProtos({ 'x.proto': 'message X { string a = 1' })).toThrow('x.proto: token')
    expect(() => describeProtos({ 'x.proto': 'package x; message X { Y a = 1; }' })).toThrow(
      'expected a known type, got Y',
    )
  })
})

function textField(field: number, text: string): Buffer {
  const writer = new ProtobufWriter()
  writer.stringField(field, text)
  return Buffer.from(writer.copy())
}

/** Length-delimited values of field 1. */
function textsIn(message: Uint8Array): Buffer[] {
  const reader = new ProtobufReader('message', message)
  const values: Buffer[] = []
  while (reader.next()) if (reader.field === 1) values.push(Buffer.from(reader.copy()))
  return values
}

function protobufRoot(files: readonly Uint8Array[]): protobuf.Root {
  const set = descriptor.FileDescriptorSet.create({
    file: files.map((file) => descriptor.FileDescriptorProto.decode(file)) as never,
  })
  // The extension adds it at run time; its types do not say so.
  return (protobuf.Root as unknown as { fromDescriptor(set: unknown): protobuf.Root }).fromDescriptor(set)
}
