// The set-up that people copy: right addresses, keys only where they are needed.
import { expect, test } from 'vitest'
import type { IngestCounters } from '../../api/generated.ts'
import { endpointsOf, guides, reachable } from './snippets.ts'

const ingest: IngestCounters = {
  spansAccepted: 0,
  logsAccepted: 0,
  requests: 0,
  rejected: 0,
  spansPerSecond: 0,
  listening: [{ door: 'otlp-http', url: 'http://127.0.0.1:14318/v1/traces' }],
  lastAcceptedAt: null,
  insecure: false,
}

test('names the port that Clew really listens on, in every language', () => {
  const endpoints = endpointsOf(ingest, 'localhost')
  for (const { id, steps } of guides(endpoints)) {
    const code = steps.map((step) => step.code).join('\n')
    expect([id, code.includes('http://localhost:14318')]).toEqual([id, true])
    expect(code).not.toContain('YOUR_KEY')
  }
})

test('from another machine it names the machine and asks for a key', () => {
  const endpoints = endpointsOf(ingest, 'traces.example.org')
  for (const { id, steps } of guides(endpoints)) {
    const code = steps.map((step) => step.code).join('\n')
    expect([id, code.includes('http://traces.example.org:14318')]).toEqual([id, true])
    expect([id, code.includes('YOUR_KEY')]).toEqual([id, true])
  }
})

test('an address of its own is left as it is', () => {
  expect(reachable('https://otlp.example.org/v1/traces', 'traces.example.org')).toBe(
    'https://otlp.example.org/v1/traces',
  )
  expect(reachable('http://0.0.0.0:4317', '10.0.0.7')).toBe('http://10.0.0.7:4317')
  expect(reachable('localhost:4317', 'localhost')).toBe('localhost:4317')
})
