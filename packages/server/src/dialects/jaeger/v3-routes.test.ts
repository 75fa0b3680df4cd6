// What the samples of v3 do not show: pages of summaries, other tenants.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeAskedDialect } from '../dialect-contract.ts'
import { type AskedJaeger, ORDER, openJaeger, SHORT } from './query-contract.ts'

const TIMES = 'query.startTimeMin=2025-09-30T00:00:00Z&query.startTimeMax=2025-10-02T00:00:00Z'

interface Summaries {
  readonly summaries?: readonly { readonly traceId: string }[]
  readonly nextPageToken?: string
}

describe('trace summaries of Jaeger', () => {
  let jaeger: AskedJaeger
  beforeAll(async () => {
    jaeger = await openJaeger()
  })
  afterAll(() => jaeger.stop())

  const page = async (more: string) =>
    (await jaeger.app.inject({ url: `/api/v3/trace-summaries?${TIMES}&${more}` })).json<Summaries>()

  it('come in pages that together are the whole', async () => {
    const whole = await page('query.searchDepth=10')
    expect(whole.summaries!.map(({ traceId }) => traceId)).toEqual([ORDER, SHORT])
    expect(whole.nextPageToken).toBeUndefined()
    const first = await page('query.pagination.pageSize=1')
    const token = encodeURIComponent(first.nextPageToken!)
    const second = await page(`query.pagination.pageSize=1&query.pagination.pageToken=${token}`)
    expect([...first.summaries!, ...second.summaries!]).toEqual(whole.summaries)
    expect(second.nextPageToken).toBeUndefined()
  })

  it('refuse a token of another question', async () => {
    const { nextPageToken } = await page('query.pagination.pageSize=1')
    const url = `/api/v3/trace-summaries?${TIMES}&query.serviceName=shop&query.pagination.pageToken=${nextPageToken}`
    const answer = await jaeger.app.inject({ url })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ error: { httpCode: 400 } })
  })
})

const question = (url: string, secret: string) => ({ url, secret })
describeAskedDialect('Jaeger v3', () => openJaeger('owner'), [
  question('/api/v3/services', 'stock'),
  question('/api/v3/operations?service=stock', 'SELECT items'),
  question(`/api/v3/traces/${ORDER}`, 'out of stock'),
  question(`/api/v3/traces?${TIMES}&query.serviceName=shop`, 'out of stock'),
  question(`/api/v3/trace-summaries?${TIMES}`, 'GET /cart'),
])
