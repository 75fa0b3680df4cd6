import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { redirectHost } from './redirect-host.ts'

it.each([
  ['NewRelic-NodeAgent/13.20.0 (nodejs 20.20.2 linux-x64)', 'clew.example', 'clew.example:8443'],
  ['NewRelic-NodeAgent/13.20.0 (nodejs 20.20.2 linux-x64)', 'localhost:9000', 'localhost:9000'],
  ['NewRelic-Go-Agent/3.45.0', 'clew.example:443', 'clew.example:443'],
  ['NewRelic-PHP-Agent/11.0 NewRelic-GoDaemon/11.0', 'clew.example', 'clew.example:8443'],
  ['NewRelic-PythonAgent/14.1.0 (Python 3.11)', 'clew.example:8443', 'clew.example'],
  ['NewRelic-JavaAgent/8.20.0 (java)', 'clew.example:8443', 'clew.example'],
  ['NewRelic-RubyAgent/9.20.0', 'clew.example', 'clew.example'],
  ['NewRelic-DotNetAgent/10.40.0', 'clew.example:8443', 'clew.example'],
  ['NewRelic-Go-Agent/3.45.0', '[::1]:8443', '[::1]:8443'],
  [undefined, undefined, 'localhost:8443'],
])('%s at %s is told %s', (agent, host, expected) => {
  const raw = { socket: { localPort: 8443 } } as unknown as IncomingMessage
  expect(redirectHost({ headers: { host, 'user-agent': agent }, raw })).toBe(expected)
})
