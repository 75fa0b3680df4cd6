import { expect, it } from 'vitest'
import { integrationErrorOf, integrationErrorRecord } from './integration-error.ts'

it('comes back from its log record', () => {
  const error = {
    timestampMs: 1_764_000_000_123,
    feature: 'Distributed Tracing',
    category: 'BadRequest',
    name: 'InvalidSpan',
    message: '[0].spans[3].id: expected a text, got none',
    requestId: 'c1bb62fc-001a-b000-0000-016bb152e1bb',
    apiKeyPrefix: 'NRAK-1',
  }
  expect(integrationErrorOf(integrationErrorRecord(error))).toEqual(error)
})
