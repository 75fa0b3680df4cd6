// What a gRPC door serves: methods by path, over messages as bytes. Who serves one decodes and encodes them.
import type { Headers, ReadKey, Right } from '../access/keys.ts'

export interface GrpcCall {
  readonly tenant: string
  /** As they came, pseudo-headers included. */
  readonly metadata: Headers
  /** Aborted when the caller went away or its deadline passed. */
  readonly signal: AbortSignal
}

interface MethodBase {
  /** What a key must allow. */
  readonly right: Right | 'none'
  /** Where callers of this method put their key, if not where every other dialect does. */
  readonly readKey?: ReadKey
}

/** One message in, one out. The request's room in the byte budget is given back when the promise settles. */
export interface UnaryMethod extends MethodBase {
  readonly kind: 'unary'
  call(request: Uint8Array, call: GrpcCall): Promise<Uint8Array>
}

/** Any number of messages in, any number out, in either order. */
export interface StreamMethod extends MethodBase {
  readonly kind: 'stream'
  call(requests: AsyncIterable<Uint8Array>, call: GrpcCall): AsyncIterable<Uint8Array>
}

export interface LongStreamCall extends GrpcCall {
  /**
   * Answers OK now. Messages that were under way then still come, for a few seconds; answers to them go nowhere.
   */
  end(): void
  /** Tries again while `attempt` throws OVERLOADED, for some seconds, with the sender held back; then throws that. */
  untilRoom<T>(attempt: () => Promise<T>): Promise<T>
}

/**
 * A stream that may go on for ever: its sender is held back while what has come is served. Messages come in groups, all
 * that came while those before were served, so that one fsync serves many. What has come is served to its end, also when
 * the caller is gone: `call` ends when `groups` do. A group's room is given back when the next is asked for.
 */
export interface LongStreamMethod extends MethodBase {
  readonly kind: 'long-stream'
  call(groups: AsyncIterable<readonly Uint8Array[]>, call: LongStreamCall): AsyncIterable<Uint8Array>
}

export type GrpcMethod = UnaryMethod | StreamMethod | LongStreamMethod

/** `/package.Service/Method` → how it is served. */
export type GrpcMethods = Readonly<Record<string, GrpcMethod>>
