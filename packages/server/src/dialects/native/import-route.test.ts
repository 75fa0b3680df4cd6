import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, openTestDoors, send, type TestDoors } from '../../doors-contract.ts'

function zipkin(spans: readonly object[]): string {
  return JSON.stringify(spans.map((span) => ({ traceId: '5af7183fb1d4cf5f', name: 'get', tags: { a: 'b' }, ...span })))
}

describe('import', () => {
  let doors: TestDoors
  beforeEach(async () => {
    doors = await openTestDoors({ maxBodyBytes: 20_000_000, byteBudget: 500_000_000 })
  })
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
    expect(doors.budget.used).toBe(0)
  })

  function post(body: string | Uint8Array, query = '', headers: Record<string, string> = {}): Promise<Answer> {
    return send(`${doors.urlOf('main')}/clew/v1/import${query}`, { method: 'POST', headers, body: Buffer.from(body) })
  }

  it('stores the spans of a file, whatever its Content-Type, and says how many', async () => {
    const answer = await post(zipkin([{ id: '1' }, { id: '2' }, {}]), '', { 'content-type': 'text/plain' })
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body.toString())).toEqual({
      ...{ format: 'zipkin-json-v2', stored: 2, repeated: 0, rejected: 1 },
      notices: [expect.stringContaining('span 2: id is missing')],
    })
    expect(doors.consumer.consumed.map(({ batch }) => batch.count)).toEqual([2])
  })

  it('takes a gzip file as it lies', async () => {
    expect(JSON.parse((await post(gzipSync(zipkin([{ id: '1' }])))).body.toString())).toMatchObject({ stored: 1 })
  })

  it('stores a long file in pieces', async () => {
    const spans = Array.from({ length: 20_000 }, (_, i) => ({ id: (i + 1).toString(16), name: 'x'.repeat(400) }))
    expect(JSON.parse((await post(zipkin(spans))).body.toString())).toMatchObject({ stored: 20_000, notices: [] })
    expect(doors.consumer.consumed.length).toBeGreaterThan(1)
  })

  it('is described in the OpenAPI document', async () => {
    const { paths } = JSON.parse((await send(`${doors.urlOf('main')}/openapi.json`)).body.toString()) as {
      paths: Record<string, { post: { description: string; parameters: readonly { name: string }[] } }>
    }
    const { post: route } = paths['/clew/v1/import']!
    expect(route.parameters.map(({ name }) => name)).toEqual(['format'])
    expect(route.description).toContain('whatever its Content-Type')
  })

  it('believes the format that is asked for', async () => {
    const answer = await post(zipkin([{ id: '1' }]), '?format=zipkin-json-v1')
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      code: 'DECODE_FAILED',
      detail: expect.stringContaining('JSON_V2'),
    })
    expect((await post('[]', '?format=xml')).status).toBe(400)
  })

  it.each(['', '[]', 'hello', '{"a":1}', zipkin([{ id: 'x' }])])('answers %j with a problem', async (body) => {
    const answer = await post(body)
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toMatch('application/problem+json')
    expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'DECODE_FAILED' })
    expect(doors.consumer.consumed).toEqual([])
  })

  it('keeps what is whole of a file that breaks off, and says where', async () => {
    const answer = await post(zipkin([{ id: '1' }, { id: '2' }]).slice(0, -5))
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      stored: 1,
      notices: [expect.stringContaining('got the end')],
    })
  })
})
