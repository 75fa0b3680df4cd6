// The spans that the benches of the codecs read and write: 500 of about 500 bytes with 10 attributes, of 12 services.
import type { KeyValue, Span } from '@clew/model'

export const SPANS = 500

function text(key: string, value: string): KeyValue {
  return { key, value: { type: 'string', value } }
}

function whole(key: string, value: number): KeyValue {
  return { key, value: { type: 'int', value: BigInt(value) } }
}

function hex(digits: number, seed: number): string {
  return Array.from({ length: digits }, (_, i) => (((seed + 1) * (i + 7) * 2_654_435_761) >>> 28).toString(16)).join('')
}

export const scope = {
  name: '@opentelemetry/instrumentation-http',
  version: '0.223.1',
  attributes: [],
  droppedAttributesCount: 0,
  schemaUrl: '',
}
export const resources = Array.from({ length: 12 }, (_, i) => ({
  attributes: [
    text('service.name', `service-${i}`),
    text('service.version', '1.2.3'),
    text('host.name', 'host-12'),
    text('os.type', 'linux'),
    whole('process.pid', 1234),
    text('telemetry.sdk.language', 'nodejs'),
    text('telemetry.sdk.name', 'opentelemetry'),
    text('telemetry.sdk.version', '2.12.0'),
  ],
  droppedAttributesCount: 0,
  schemaUrl: '',
}))

function span(i: number): Span {
  return {
    traceId: hex(32, i >> 3),
    spanId: hex(16, i),
    parentSpanId: i % 8 === 0 ? '' : hex(16, i - 1),
    traceState: '',
    flags: 257,
    name: 'GET /api/v1/orders/{id}',
    kind: 'server',
    startTimeUnixNano: 1_764_000_000_000_000_000n + BigInt(i),
    endTimeUnixNano: 1_764_000_000_100_000_000n + BigInt(i),
    attributes: [
      text('http.request.method', 'GET'),
      text('http.route', '/api/v1/orders/{id}'),
      text('url.path', `/api/v1/orders/${i}`),
      whole('http.response.status_code', 200),
      text('server.address', 'orders.internal'),
      whole('server.port', 8080),
      text('user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36'),
      text('request.id', hex(32, i)),
      { key: 'cache.hit', value: { type: 'bool', value: true } },
      whole('queue.depth', i * 7),
    ],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 'unset', message: '' },
    resource: resources[i % 12]!,
    scope,
    serviceName: '',
  }
}

export const spans = Array.from({ length: SPANS }, (_, i) => span(i))
