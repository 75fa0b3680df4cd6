// Server reflection, v1 and v1alpha (they differ in name alone), so that grpcurl and its like need no .proto files.
// (https://github.com/grpc/grpc-proto/blob/master/grpc/reflection/v1/reflection.proto)
import { ProtobufReader, ProtobufWriter } from '@clew/codecs'
import { GRPC_STATUS } from '../errors.ts'
import type { GrpcMethods } from './method.ts'
import { describeProtos, type ProtoFile, type ProtoSources } from './proto-descriptor.ts'

const REQUEST = { file_by_filename: 3, file_containing_symbol: 4, list_services: 7 } as const
const RESPONSE = {
  original_request: 2,
  file_descriptor_response: 4,
  list_services_response: 6,
  error_response: 7,
} as const

export function reflectionMethods(sources: ProtoSources): GrpcMethods {
  let files: readonly ProtoFile[] | undefined
  async function* answer(requests: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const request of requests) {
      // Described on the first question: hardly any process is ever asked.
      files ??= describeProtos(sources)
      yield answerOne(request, files)
    }
  }
  const method = { kind: 'stream', right: 'none', call: answer } as const
  return {
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo': method,
    '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo': method,
  }
}

function answerOne(request: Uint8Array, files: readonly ProtoFile[]): Uint8Array {
  const writer = new ProtobufWriter()
  writer.bytesField(RESPONSE.original_request, request)
  const reader = new ProtobufReader('grpc.reflection.v1.ServerReflectionRequest', request)
  while (reader.next()) {
    if (reader.wireType !== 2) continue
    const asked = reader.text()
    if (reader.field === REQUEST.list_services) {
      writeServices(writer, files)
      return writer.copy()
    }
    const find = finderOf(reader.field)
    if (find === undefined) continue
    const file = files.find((candidate) => find(candidate, asked))
    if (file) writeFiles(writer, withDependencies(file, files))
    else writeError(writer, GRPC_STATUS.notFound, `no such file or symbol here: ${asked.slice(0, 200)}`)
    return writer.copy()
  }
  writeError(
    writer,
    GRPC_STATUS.unimplemented,
    'only files by name, files by symbol and the list of services are served',
  )
  return writer.copy()
}

function finderOf(field: number): ((file: ProtoFile, asked: string) => boolean) | undefined {
  if (field === REQUEST.file_by_filename) return (file, asked) => file.name === asked
  if (field === REQUEST.file_containing_symbol) return (file, asked) => file.symbols.includes(asked.replace(/^\./, ''))
  return undefined
}

/** A client that asks for one file needs those that it imports as well. */
function withDependencies(file: ProtoFile, files: readonly ProtoFile[]): Set<ProtoFile> {
  const found = new Set([file])
  for (const each of found)
    for (const name of each.dependencies) {
      const dependency = files.find((candidate) => candidate.name === name)
      if (dependency) found.add(dependency)
    }
  return found
}

/** FileDescriptorResponse: 1 file_descriptor_proto */
function writeFiles(writer: ProtobufWriter, files: Iterable<ProtoFile>): void {
  const open = writer.open(RESPONSE.file_descriptor_response)
  for (const file of files) writer.bytesField(1, file.descriptor)
  writer.close(open)
}

/** ListServiceResponse: 1 service { 1 name } */
function writeServices(writer: ProtobufWriter, files: readonly ProtoFile[]): void {
  const open = writer.open(RESPONSE.list_services_response)
  for (const name of files.flatMap((file) => file.services)) {
    const service = writer.open(1)
    writer.stringField(1, name)
    writer.close(service)
  }
  writer.close(open)
}

/** ErrorResponse: 1 error_code, 2 error_message */
function writeError(writer: ProtobufWriter, code: number, message: string): void {
  const open = writer.open(RESPONSE.error_response)
  writer.uint32Field(1, code)
  writer.stringField(2, message)
  writer.close(open)
}
