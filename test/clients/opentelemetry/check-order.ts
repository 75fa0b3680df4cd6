// The trace that each program of this folder sends, and how it must come out of the native API: every kind of attribute, an
// event, an exception, a link, a status.
import assert from 'node:assert/strict'
import { type NativeSpan, traceOf } from '../../e2e/ask-server.ts'
import type { ServerProcess } from '../../e2e/server-process.ts'
import { READER } from '../key.ts'

/** What a program prints. */
export interface SentOrder {
  readonly traceId: string
  readonly orderId: string
  readonly chargeId: string
}

/** A span of the order before: to what the programs link. */
const LINKED = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }

/** Of the clocks of a program and of this one, which run on one machine. */
const RECENT_NANOS = 60_000_000_000n

/** Rejects when the trace does not come, or not as it was sent. */
export async function checkOrder(
  server: ServerProcess,
  service: string,
  language: string,
  { traceId, orderId, chargeId }: SentOrder,
): Promise<void> {
  const { spans } = await traceOf(server, traceId, 2, READER)
  assert.deepEqual(spans.map(({ spanId }) => spanId).toSorted(), [orderId, chargeId].toSorted())
  const [order, charge] = [orderId, chargeId].map((id) => spans.find(({ spanId }) => spanId === id)!) as [
    NativeSpan,
    NativeSpan,
  ]
  for (const span of [order, charge]) {
    assert.equal(span.service, service)
    assert.equal(span.scope.name, 'clew.clients')
    assert.equal(span.scope.version, '1.2.3')
    assert.deepEqual(span.marks, [])
    assert.equal(valuesOf(span.resource.attributes)['telemetry.sdk.language'], language)
  }

  assert.deepEqual([order.name, order.kind, order.parentSpanId], ['order', 'server', null])
  assert.deepEqual(order.status, { code: 'unset', message: '' })
  assert.deepEqual(valuesOf(order.attributes), {
    items: '3',
    total: 12.5,
    gift: true,
    note: 'merci 감사 ☕',
    tags: [
      { type: 'string', value: 'a' },
      { type: 'string', value: 'b' },
    ],
  })
  assert.deepEqual(
    order.links.map((link) => ({ ...link, attributes: valuesOf(link.attributes) })),
    [{ ...order.links[0]!, ...LINKED, attributes: { reason: 'repeat' } }],
  )

  assert.deepEqual([charge.name, charge.kind, charge.parentSpanId], ['charge', 'client', orderId])
  assert.deepEqual(charge.status, { code: 'error', message: 'card declined' })
  const [retry, exception] = charge.events
  assert.deepEqual([retry?.name, valuesOf(retry?.attributes ?? [])], ['retry', { attempt: '2' }])
  assert.equal(exception?.name, 'exception')
  const { 'exception.message': message, 'exception.type': type } = valuesOf(exception.attributes)
  assert.equal(message, 'card declined')
  assert.ok(String(type).length > 0, 'the exception has no type')

  const [start, end] = [BigInt(order.startUnixNano), BigInt(order.endUnixNano)]
  const now = BigInt(Date.now()) * 1_000_000n
  assert.ok(start > now - RECENT_NANOS && start <= now, `the order began at ${start}, and it is ${now}`)
  assert.ok(
    start <= BigInt(charge.startUnixNano) && BigInt(charge.endUnixNano) <= end,
    'the charge is not within the order',
  )
  assert.ok(BigInt(charge.endUnixNano) > BigInt(charge.startUnixNano), 'the charge took no time')
}

function valuesOf(attributes: NativeSpan['attributes']): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.value ?? value.values]))
}
