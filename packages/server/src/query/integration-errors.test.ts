// Integration errors over a real store: order, pages, what is asked for, and that each tenant reads its own.
import { type IntegrationError, integrationErrorRecord } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attributesOf, exampleLog, NO_SCOPE } from '../testing/example-spans.ts'
import { FilledStore } from '../testing/filled-store.ts'
import { findIntegrationErrors, type IntegrationErrorQuestion } from './integration-errors.ts'

const NOON_MS = Date.UTC(2026, 10, 22, 12)
const MINUTE_MS = 60_000

function problem(changes: Partial<IntegrationError> = {}): IntegrationError {
  return {
    timestampMs: NOON_MS,
    feature: 'Distributed Tracing',
    category: 'BadRequest',
    name: 'InvalidSpan',
    message: '[0].spans[0].id: expected a text, got none',
    requestId: '11111111-1111-4111-8111-111111111111',
    apiKeyPrefix: 'NRAK-S',
    ...changes,
  }
}

describe('integration errors', () => {
  let store: FilledStore
  beforeAll(async () => {
    store = await FilledStore.open()
  })
  afterAll(() => store.close())

  let tenants = 0
  /** A tenant of its own with these errors, in one block each. */
  const tenantWith = async (...blocks: readonly (readonly IntegrationError[])[]) => {
    const tenant = `tenant-${tenants++}`
    for (const errors of blocks) await store.addLogs(tenant, errors.map(integrationErrorRecord))
    return tenant
  }
  const find = (tenant: string, question: Partial<IntegrationErrorQuestion> = {}) =>
    findIntegrationErrors(store.reader, tenant, {
      ...{ from: 0n, to: 2n ** 64n, requestId: undefined, limit: 100, cursor: undefined },
      ...question,
    })
  const allPages = async (tenant: string, question: Partial<IntegrationErrorQuestion>) => {
    const pages: (readonly IntegrationError[])[] = []
    let cursor: string | undefined
    do {
      const found = await find(tenant, { ...question, cursor })
      pages.push(found.errors)
      cursor = found.cursor
    } while (cursor !== undefined)
    return pages
  }
  const nanos = (ms: number) => BigInt(ms) * 1_000_000n

  it('come newest first, as they were kept, and no other log record among them', async () => {
    const older = problem({ timestampMs: NOON_MS - MINUTE_MS, message: 'older' })
    const tenant = await tenantWith([older], [problem()])
    await store.addLogs(tenant, [
      exampleLog(),
      exampleLog({ scope: { ...NO_SCOPE, name: 'clew.integration_errors' } }),
      exampleLog({
        serviceName: 'clew',
        resource: { attributes: attributesOf({ 'service.name': 'clew' }), droppedAttributesCount: 0, schemaUrl: '' },
        scope: { ...NO_SCOPE, name: 'another' },
      }),
    ])
    expect(await find(tenant)).toEqual({ errors: [problem(), older], cursor: undefined })
  })

  it('are read by no other tenant', async () => {
    await tenantWith([problem()])
    expect((await find('nobody')).errors).toEqual([])
  })

  it('are those of one request, also where others speak of its id', async () => {
    const other = problem({ requestId: 'another', message: `not ${problem().requestId}` })
    const tenant = await tenantWith([problem(), other])
    expect((await find(tenant, { requestId: problem().requestId })).errors).toEqual([problem()])
    expect((await find(tenant, { requestId: "'; DROP TABLE logs; --" })).errors).toEqual([])
  })

  it('are those of a time, its begin included and its end not', async () => {
    const times = [0, 1, 2].map((minutes) => NOON_MS + minutes * MINUTE_MS)
    const tenant = await tenantWith(times.map((timestampMs) => problem({ timestampMs })))
    const { errors } = await find(tenant, { from: nanos(times[0]!), to: nanos(times[2]!) })
    expect(errors.map(({ timestampMs }) => timestampMs)).toEqual([times[1], times[0]])
  })

  it.each([1, 2, 3, 10, 11])('are whole over pages of %i, though many have one instant', async (limit) => {
    const messages = Array.from({ length: 10 }, (_, i) => `span ${i}`)
    const tenant = await tenantWith(
      messages.map((message, i) => problem({ message, timestampMs: NOON_MS + (i >= 8 ? 1 : 0) })),
    )
    const pages = await allPages(tenant, { limit })
    expect(pages.every((page) => page.length <= limit)).toBe(true)
    const found = pages.flat().map(({ message }) => message)
    expect([...found].sort()).toEqual(messages)
    expect(new Set(found.slice(0, 2))).toEqual(new Set(['span 8', 'span 9']))
  })

  it('are there once where equal ones were kept twice', async () => {
    const tenant = await tenantWith([problem(), problem()], [problem()])
    expect((await find(tenant)).errors).toEqual([problem()])
    expect((await allPages(tenant, { limit: 1 })).flat()).toEqual([problem()])
  })

  it('do not move while more of them come', async () => {
    const tenant = await tenantWith([problem({ message: 'a' }), problem({ message: 'b' })])
    const first = await find(tenant, { limit: 1 })
    await store.addLogs(tenant, [integrationErrorRecord(problem({ message: 'late', timestampMs: NOON_MS - 1 }))])
    const second = await find(tenant, { limit: 1, cursor: first.cursor })
    expect(second.cursor).toBeUndefined()
    expect([...first.errors, ...second.errors].map(({ message }) => message).sort()).toEqual(['a', 'b'])
  })

  it.each(['', 'abc', Buffer.from('1 x 1 2 3 4 5').toString('base64url'), Buffer.from('1').toString('base64url')])(
    'refuse what is no cursor: %j',
    async (cursor) => {
      await expect(find('nobody', { cursor })).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
    },
  )

  it('refuse the cursor of another question', async () => {
    const tenant = await tenantWith([problem({ message: 'a' }), problem({ message: 'b' })])
    const { cursor } = await find(tenant, { limit: 1 })
    await expect(find(tenant, { cursor, requestId: 'x' })).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
  })
})
