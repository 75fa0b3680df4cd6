// New Relic's Telemetry SDK for Node, over TLS with the certificate that Clew made, against a server that knows its keys.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doorUrl, getJson, traceOf } from '../../e2e/ask-server.ts'
import { newSpanId, newTraceId } from '../../e2e/otlp-json.ts'
import { ServerProcess } from '../../e2e/server-process.ts'
import { type SdkSpan, sendByNodeSdk } from './node-sdk.ts'

const KEY = 'clew_key-of-the-shop'
const READER = { authorization: `Bearer ${KEY}` }
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

let server: ServerProcess
let port: number
beforeAll(async () => {
  const sha256 = createHash('sha256').update(KEY).digest('hex')
  const keys = JSON.stringify([{ name: 'shop', sha256, tenant: 'default', access: 'both' }])
  server = await ServerProcess.start({ settings: { 'tls.mode': 'auto', keys } })
  port = Number((await doorUrl(server, 'tls')).port)
})
afterAll(async () => {
  await server?.remove()
})

const send = (spans: readonly SdkSpan[], apiKey = KEY) =>
  sendByNodeSdk({
    ...{ apiKey, port, authorityPath: join(server.dataDir, 'tls', 'authority.pem') },
    common: { 'service.name': 'shop', 'host.name': 'node-1' },
    spans,
  })

describe("New Relic's SDK for Node", () => {
  it('is told 202 with the id of its request, and its spans are there as it said them', async () => {
    const [traceId, orderId, chargeId] = [newTraceId(), newSpanId(), newSpanId()]
    const timestamp = Date.now() - 60_000
    const answer = await send([
      { ...{ id: orderId, traceId, timestamp, name: 'order', durationMs: 207 }, attributes: { items: 3, gift: true } },
      {
        ...{ id: chargeId, traceId, parentId: orderId, timestamp: timestamp + 20, name: 'charge', durationMs: 1.5 },
        ...{ service: 'billing', attributes: { 'error.message': 'card declined', amount: 12.5, card: 'visa' } },
      },
    ])
    expect(answer).toMatchObject({ error: null, status: 202 })
    expect(JSON.parse(answer.body!)).toEqual({ requestId: expect.stringMatching(UUID) })

    const { spans } = await traceOf(server, traceId, 2, READER)
    const startNano = BigInt(timestamp) * 1_000_000n
    const [order, charge] = spans
    expect(order).toMatchObject({
      ...{ spanId: orderId, parentSpanId: null, name: 'order', service: 'shop', status: { code: 'unset' } },
      ...{ startUnixNano: String(startNano), durationNano: '207000000' },
      resource: {
        attributes: expect.arrayContaining([{ key: 'host.name', value: { type: 'string', value: 'node-1' } }]),
      },
    })
    expect(order!.attributes).toEqual(
      expect.arrayContaining([
        { key: 'items', value: { type: 'int', value: '3' } },
        { key: 'gift', value: { type: 'bool', value: true } },
      ]),
    )
    expect(charge).toMatchObject({
      ...{ spanId: chargeId, parentSpanId: orderId, name: 'charge', service: 'billing' },
      ...{ startUnixNano: String(startNano + 20_000_000n), durationNano: '1500000' },
      status: { code: 'error', message: 'card declined' },
    })
    expect(charge!.attributes).toEqual(
      expect.arrayContaining([
        { key: 'amount', value: { type: 'double', value: 12.5 } },
        { key: 'card', value: { type: 'string', value: 'visa' } },
      ]),
    )
  })

  it('sees that its key is refused, and nothing of what it sent is kept', async () => {
    const traceId = newTraceId()
    const answer = await send([{ id: newSpanId(), traceId, timestamp: Date.now() }], 'clew_key-of-nobody')
    expect(answer).toMatchObject({ error: null, status: 403 })
    await expect(getJson(server, `/clew/v1/traces/${traceId}`, READER)).rejects.toThrow('404')
  })

  it('sees why it cannot talk to a server whose certificate it does not trust', async () => {
    const spans = [{ id: newSpanId(), traceId: newTraceId(), timestamp: Date.now() }]
    const answer = await sendByNodeSdk({ apiKey: KEY, port, authorityPath: '', spans })
    expect(answer).toEqual({ error: expect.stringMatching(/certificate/), status: null, body: null })
  })
})
