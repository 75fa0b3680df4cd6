// What every door promises, asked of those of Jaeger.
import { call, describeDoor, send } from '../../doors-contract.ts'

/** What Jaeger's answers say, in the words of the table of errors. */
const CODES: readonly (readonly [RegExp, string])[] = [
  [/^Host: /, 'HOST_FORBIDDEN'],
  [/^Authorization: expected/, 'KEY_MISSING'],
  [/^the key that was shown is none/, 'KEY_UNKNOWN'],
  [/^key ".*": expected a key that may/, 'KEY_FORBIDDEN'],
]
const codeOf = (text: string) => CODES.find(([pattern]) => pattern.test(text))?.[1] ?? text
/** A Batch without spans. */
const EMPTY = Uint8Array.of(0)

describeDoor({
  name: 'Jaeger over HTTP',
  right: 'write',
  async ask(doors, headers, host) {
    const thrift = { ...headers, 'content-type': 'application/x-thrift', ...(host === undefined ? {} : { host }) }
    const url = `${doors.urlOf('jaeger-http').replace('0.0.0.0', '127.0.0.1')}/api/traces`
    const { status, body } = await send(url, { method: 'POST', headers: thrift, body: EMPTY })
    const text = body.toString()
    return status === 202 ? 'ok' : codeOf(text)
  },
})

describeDoor({
  name: 'Jaeger over gRPC',
  right: 'write',
  async ask(doors, headers, host) {
    const url = doors.urlOf('jaeger-grpc').replace('0.0.0.0', '127.0.0.1')
    const { code, message } = await call(url, '/jaeger.api_v2.CollectorService/PostSpans', {
      headers,
      ...(host === undefined ? {} : { authority: host }),
    })
    return code === 0 ? 'ok' : message.split(':')[0]!
  },
})

describeDoor({
  name: "Jaeger's query API",
  right: 'read',
  async ask(doors, headers, host) {
    const url = `${doors.urlOf('jaeger-query').replace('0.0.0.0', '127.0.0.1')}/api/v3/traces/none`
    const { body } = await send(url, { headers: { ...headers, ...(host === undefined ? {} : { host }) } })
    const { message } = (JSON.parse(body.toString()) as { error: { message: string } }).error
    // No store is behind the doors: an id that is none is told before anything is read.
    return message.startsWith('malformed trace ID') ? 'ok' : codeOf(message)
  },
})

describeDoor({
  name: "Jaeger's query API over gRPC",
  right: 'read',
  async ask(doors, headers, host) {
    const url = doors.urlOf('jaeger-query-grpc').replace('0.0.0.0', '127.0.0.1')
    const { message } = await call(url, '/jaeger.api_v3.QueryService/GetOperations', {
      headers,
      ...(host === undefined ? {} : { authority: host }),
    })
    // No store is behind the doors: that no service is named is told before anything is read.
    return message.startsWith('INVALID_ARGUMENT: service: expected one') ? 'ok' : message.split(':')[0]!
  },
})
