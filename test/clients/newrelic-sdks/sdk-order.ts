// What each of New Relic's SDKs is tried with: a trace of two services that must come out of the native API as it was said,
// a key that nobody knows, more than is taken at once, a certificate that it does not trust. All reject with what was wrong.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { traceOf } from '../../e2e/ask-server.ts'
import { newSpanId, newTraceId } from '../../e2e/otlp-json.ts'
import type { ServerProcess } from '../../e2e/server-process.ts'
import { KEY, READER } from '../key.ts'
import { type Sdk, type SdkSpan, sendBySdk } from './send-by-sdk.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export async function sendOrder(server: ServerProcess, sdk: Sdk, url: URL): Promise<void> {
  const [order, charge] = orderSpans()
  const answer = await send(server, sdk, url, KEY, [order, charge])
  assert.deepEqual({ error: answer.error, status: answer.status }, { error: null, status: 202 })
  assert.match((JSON.parse(answer.body!) as { requestId: string }).requestId, UUID)

  const { spans } = await traceOf(server, order.traceId, 2, READER)
  const described = spans.map(
    ({ spanId, parentSpanId, name, service, status, startUnixNano, durationNano, ...span }) => ({
      ...{ spanId, parentSpanId, name, service, status, startUnixNano, durationNano },
      attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, value.value])),
      host: span.resource.attributes.find(({ key }) => key === 'host.name')?.value.value,
    }),
  )
  const nano = (ms: number) => String(BigInt(ms) * 1_000_000n)
  assert.deepEqual(described, [
    {
      ...{ spanId: order.id, parentSpanId: null, name: 'order', service: 'shop', host: 'node-1' },
      ...{ startUnixNano: nano(order.timestamp), durationNano: '207000000', status: { code: 'unset', message: '' } },
      attributes: { items: '3', gift: true },
    },
    {
      ...{ spanId: charge.id, parentSpanId: order.id, name: 'charge', service: 'billing', host: 'node-1' },
      ...{ startUnixNano: nano(charge.timestamp), durationNano: '15000000' },
      status: { code: 'error', message: 'card declined' },
      attributes: { 'error.message': 'card declined', amount: 12.5, card: 'visa 감사' },
    },
  ])
}

/** New Relic takes any text for an id. */
export async function sendWithTextsAsIds(server: ServerProcess, sdk: Sdk, url: URL): Promise<void> {
  const traceId = `order-${newSpanId()}-no-hex`
  const [order, charge] = orderSpans()
  await send(server, sdk, url, KEY, [
    { ...order, id: 'A', traceId },
    { ...charge, id: 'B', traceId, parentId: 'A' },
  ])
  const { spans } = await traceOf(server, traceId, 2, READER)
  assert.deepEqual([spans[0]!.parentSpanId, spans[1]!.parentSpanId], [null, spans[0]!.spanId])
}

export async function sendWithKeyOfNobody(server: ServerProcess, sdk: Sdk, url: URL): Promise<void> {
  const answer = await send(server, sdk, url, 'clew_key-of-nobody', orderSpans())
  assert.deepEqual({ error: answer.error, status: answer.status }, { error: null, status: 403 })
}

/** More than the Trace API takes at once, though no span by itself is. The SDK for Go knows, and sends them one by one. */
export async function sendTooMuch(server: ServerProcess, sdk: Sdk, url: URL, status: 202 | 413): Promise<void> {
  const spans = orderSpans().map((span) => ({
    ...span,
    attributes: { noise: randomBytes(600_000).toString('base64') },
  }))
  const answer = await send(server, sdk, url, KEY, spans)
  assert.deepEqual({ error: answer.error, status: answer.status }, { error: null, status })
  if (status === 202) await traceOf(server, spans[0]!.traceId, 2, READER)
}

export async function sendToStranger(sdk: Sdk, url: URL): Promise<void> {
  const answer = await sendBySdk(sdk, { apiKey: KEY, url, authorityPath: '', common: {}, spans: orderSpans() })
  assert.equal(answer.status, null)
  assert.match(answer.error!, /certificate/)
}

function send(server: ServerProcess, sdk: Sdk, url: URL, apiKey: string, spans: readonly SdkSpan[]) {
  const authorityPath = join(server.dataDir, 'tls', 'authority.pem')
  const common = { 'service.name': 'shop', 'host.name': 'node-1' }
  return sendBySdk(sdk, { apiKey, url, authorityPath, common, spans })
}

function orderSpans(): [SdkSpan, SdkSpan] {
  const [traceId, orderId] = [newTraceId(), newSpanId()]
  const timestamp = Date.now() - 60_000
  return [
    { ...{ id: orderId, traceId, timestamp, name: 'order', durationMs: 207 }, attributes: { items: 3, gift: true } },
    {
      ...{ id: newSpanId(), traceId, parentId: orderId, timestamp: timestamp + 20, name: 'charge', durationMs: 15 },
      service: 'billing',
      attributes: { 'error.message': 'card declined', amount: 12.5, card: 'visa 감사' },
    },
  ]
}
