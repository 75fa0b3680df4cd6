// New Relic's Telemetry SDK for Node, over TLS with the certificate that Clew made, against a server that knows its keys.
import { afterAll, beforeAll, describe, it } from 'vitest'
import { doorUrl } from '../../e2e/ask-server.ts'
import { ServerProcess } from '../../e2e/server-process.ts'
import { KEY_SETTINGS } from '../key.ts'
import { sendOrder, sendTooMuch, sendToStranger, sendWithKeyOfNobody, sendWithTextsAsIds } from './sdk-order.ts'
import { NODE_SDK } from './send-by-sdk.ts'

let server: ServerProcess
let url: URL
beforeAll(async () => {
  server = await ServerProcess.start({ settings: { 'tls.mode': 'auto', ...KEY_SETTINGS } })
  url = await doorUrl(server, 'tls')
})
afterAll(async () => {
  await server?.remove()
})

describe("New Relic's SDK for Node", () => {
  it('is told 202 with the id of its request, and its spans are there as it said them', () =>
    sendOrder(server, NODE_SDK, url))

  it('may use any text as an id, and the trace is found by it', () => sendWithTextsAsIds(server, NODE_SDK, url))

  it('sees that its key is refused', () => sendWithKeyOfNobody(server, NODE_SDK, url))

  it('reads that it has sent too much at once, while it was still sending', () =>
    sendTooMuch(server, NODE_SDK, url, 413))

  it('sees why it cannot talk to a server whose certificate it does not trust', () => sendToStranger(NODE_SDK, url))
})
