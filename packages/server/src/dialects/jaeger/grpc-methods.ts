// Jaeger's query services over gRPC on 16685: jaeger.api_v3.QueryService, whose traces are OTLP, and jaeger.api_v2, whose
// spans are Jaeger's own. Traces go out in pieces, a message each.
import { encodeJaegerChunk, ProtobufWriter } from '@clew/codecs'
import { ClewError, NANOS_PER_MILLI } from '@clew/model'
import type { GrpcCall, GrpcMethod, GrpcMethods } from '../../grpc/method.ts'
import type { StoredTrace } from '../../query/query-service.ts'
import { encodeSummaries } from './encode-summaries.ts'
import {
  type AskedSearch,
  decodeFindTraces,
  decodeGetOperations,
  decodeGetTrace,
  type QueryVersion,
} from './grpc-requests.ts'
import { type JaegerOperation, operationsOf } from './operations.ts'
import { type ReadSpan, readSpans } from './read-spans.ts'
import { readTraces } from './read-traces.ts'
import { otlpOf } from './render-v3.ts'
import { toQuery } from './to-query.ts'
import { findTrace } from './trace-id.ts'
import type { QueryParts } from './v1-routes.ts'
import { CLOCK_LEEWAY_NANOS } from './v1-search.ts'
import { checkRange } from './v3-search.ts'

const EVER = { from: undefined, to: undefined }
/** Field numbers of the answers. */
const SERVICES = { services: 1 } as const
const OPERATIONS = { v3: { operations: 1 }, v2: { operationNames: 1, operations: 2 } } as const
const OPERATION = { name: 1, span_kind: 2 } as const
/** Messages of about so many summaries. */
const SUMMARIES_AT_ONCE = 100

const ENCODE: Readonly<Record<QueryVersion, (piece: readonly ReadSpan[]) => Uint8Array>> = {
  v2: (piece) => encodeJaegerChunk(piece.map(({ span }) => span)),
  v3: otlpOf,
}

export function queryMethods(parts: QueryParts): GrpcMethods {
  return {
    ...methodsOf('v2', parts),
    ...methodsOf('v3', parts),
    '/jaeger.api_v3.QueryService/FindTraceSummaries': stream(async function* (request, { tenant, signal }) {
      const { traces } = await parts.queries.findTraces(
        tenant,
        searchOf(decodeFindTraces(request), 'v3', parts),
        signal,
      )
      for (let start = 0; start < traces.length; start += SUMMARIES_AT_ONCE)
        yield encodeSummaries(traces.slice(start, start + SUMMARIES_AT_ONCE))
    }),
  }
}

function methodsOf(version: QueryVersion, parts: QueryParts): GrpcMethods {
  const { queries, maxClockSkewNanos } = parts
  const service = `/jaeger.api_${version}.QueryService`
  async function* send(traces: AsyncIterable<StoredTrace> | Iterable<StoredTrace>, raw: boolean) {
    for await (const trace of traces)
      for await (const piece of readSpans(trace, { raw, maxClockSkewNanos }, []))
        if (piece.length > 0) yield ENCODE[version](piece)
  }
  return {
    [`${service}/GetTrace`]: stream(async function* (request, { tenant, signal }) {
      const { traceId, raw } = decodeGetTrace(request, version)
      yield* send([await findTrace(queries, tenant, traceId, signal)], raw)
    }),
    [`${service}/FindTraces`]: stream(async function* (request, asker) {
      const asked = decodeFindTraces(request)
      const found = await queries.findTraces(asker.tenant, searchOf(asked, version, parts), asker.signal)
      yield* send(await readTraces(queries, found.traces, asker), asked.raw)
    }),
    [`${service}/GetServices`]: unary(async (_request, { tenant, signal }) => {
      const writer = new ProtobufWriter()
      for (const { name } of await queries.services(tenant, EVER, signal)) writer.stringField(SERVICES.services, name)
      return writer.copy()
    }),
    [`${service}/GetOperations`]: unary(async (request, { tenant, signal }) => {
      const { service: name, spanKind } = decodeGetOperations(request)
      const found = await queries.operations(tenant, name, EVER, signal)
      return encodeOperations(operationsOf(found, spanKind, version === 'v3' ? 'internal' : ''), version)
    }),
  }
}

function stream(
  answer: (request: Uint8Array, call: Pick<GrpcCall, 'tenant' | 'signal'>) => AsyncIterable<Uint8Array>,
): GrpcMethod {
  return {
    kind: 'stream',
    right: 'read',
    async *call(requests, call) {
      for await (const request of requests) return yield* answer(request, call)
      throw new ClewError('INVALID_ARGUMENT', 'expected one request message, got none')
    },
  }
}

function unary(call: (GrpcMethod & { kind: 'unary' })['call']): GrpcMethod {
  return { kind: 'unary', right: 'read', call }
}

/** v3 insists on its times; v2 looks at all time up to now where they are left out, as they are in Go's zero time. */
function searchOf({ from, to, ...search }: AskedSearch, version: QueryVersion, { clock }: QueryParts) {
  const now = BigInt(clock.nowMs()) * NANOS_PER_MILLI + CLOCK_LEEWAY_NANOS
  if (version === 'v2') return toQuery({ ...search, from: from ?? 0n, to: to || now })
  if (from === undefined || to === undefined)
    throw new ClewError('INVALID_ARGUMENT', 'query: start_time_min and start_time_max are required')
  checkRange(from, to)
  return toQuery({ ...search, from, to })
}

function encodeOperations(operations: readonly JaegerOperation[], version: QueryVersion): Uint8Array {
  const writer = new ProtobufWriter()
  if (version === 'v2')
    for (const name of new Set(operations.map((operation) => operation.name)))
      writer.stringField(OPERATIONS.v2.operationNames, name)
  for (const { name, spanKind } of operations) {
    const open = writer.open(OPERATIONS[version].operations)
    writer.stringField(OPERATION.name, name)
    writer.stringField(OPERATION.span_kind, spanKind)
    writer.close(open)
  }
  return writer.copy()
}
