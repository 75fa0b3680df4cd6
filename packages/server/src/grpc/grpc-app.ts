// What stands behind every port that speaks gRPC: the checks that hold on every door (host, method, key, stopping), then
// the call itself.
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { ClewError } from '@clew/model'
import { checkLoopbackHost, isLoopback } from '../access/host.ts'
import { type Authorize, shownKey } from '../access/keys.ts'
import { asClewError, GRPC_STATUS } from '../errors.ts'
import { Call, type CallOptions } from './call.ts'
import type { GrpcMethods } from './method.ts'
import { Patience } from './patience.ts'

export interface GrpcAppOptions extends Omit<CallOptions, 'patience'> {
  readonly host: string
  readonly authorize: Authorize
  readonly methods: GrpcMethods
}

export function isGrpc(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('application/grpc') === true
}

export class GrpcApp {
  readonly #options: GrpcAppOptions & CallOptions
  #isStopping = false

  constructor(options: GrpcAppOptions) {
    this.#options = { ...options, patience: new Patience(options.budget) }
  }

  serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const { host, methods, authorize } = this.#options
    const call = new Call(stream, headers, this.#options)
    try {
      if (this.#isStopping) throw new ClewError('SHUTTING_DOWN', 'Clew is stopping and takes no new request')
      if (isLoopback(host)) checkLoopbackHost(headers[':authority'] ?? headers.host)
      const path = headers[':path'] ?? ''
      const method = Object.hasOwn(methods, path) ? methods[path] : undefined
      if (method === undefined) {
        call.refuse(GRPC_STATUS.unimplemented, `method: expected one that this port serves, got ${path.slice(0, 200)}`)
        return
      }
      const { right, readKey = shownKey } = method
      void call.serve(method, right === 'none' ? '' : authorize(readKey(headers, path), right))
    } catch (error) {
      call.fail(asClewError(error))
    }
  }

  /** From now on every call is refused. */
  refuseAll(): void {
    this.#isStopping = true
  }
}
