// New Relic's Telemetry SDKs that need more than npm; that for Node is in sdk-for-node.test.ts.
import { doorUrl } from '../../e2e/ask-server.ts'
import type { ServerProcess } from '../../e2e/server-process.ts'
import type { Client } from '../client.ts'
import { KEY_SETTINGS } from '../key.ts'
import { sendOrder, sendTooMuch, sendToStranger, sendWithKeyOfNobody, sendWithTextsAsIds } from './sdk-order.ts'
import { GO_SDK, PYTHON_SDK, type Sdk } from './send-by-sdk.ts'

const overTls = (sdk: Sdk, tooMuch: 202 | 413): Client['ways'] => ({
  'over TLS': async (server) => sendOrder(server, sdk, await doorUrl(server, 'tls')),
  'with texts as ids': async (server) => sendWithTextsAsIds(server, sdk, await doorUrl(server, 'tls')),
  'with a wrong key': async (server) => sendWithKeyOfNobody(server, sdk, await doorUrl(server, 'tls')),
  'with more than is taken at once': async (server) => sendTooMuch(server, sdk, await doorUrl(server, 'tls'), tooMuch),
  'without trust': async (server) => sendToStranger(sdk, await doorUrl(server, 'tls')),
})

export const TELEMETRY_SDKS: Readonly<Record<string, Client>> = {
  python: { ...PYTHON_SDK, settings: KEY_SETTINGS, ways: overTls(PYTHON_SDK, 413) },
  go: {
    ...GO_SDK,
    settings: KEY_SETTINGS,
    ways: {
      ...overTls(GO_SDK, 202),
      'in plain text': (server: ServerProcess) => sendOrder(server, GO_SDK, new URL(server.url(''))),
    },
  },
}
