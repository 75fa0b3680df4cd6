// The same load over gRPC and gzipped, each into a fresh server.
import { type BenchCase, withServer } from '../bench-case.ts'
import { createLoad } from '../load/load.ts'
import { plain } from './filled-store.ts'
import { comparedRow, ingest, sizeOf, type Transport } from './ingest.ts'

function transportCase(transport: Transport): BenchCase {
  return {
    name: transport,
    run: (context) =>
      withServer(async (server) => {
        const load = createLoad(sizeOf(context))
        context.say(`sending over ${transport}`)
        return [comparedRow(transport, await ingest(server, load, transport), plain.figures?.spansPerSecond)]
      }),
  }
}

export const grpcTransport = transportCase('grpc')
export const gzipTransport = transportCase('gzip')
