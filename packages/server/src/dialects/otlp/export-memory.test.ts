// What the columns of a request take from the byte budget, on both OTLP doors: before they are made, and all of it back.
import { gzipSync } from 'node:zlib'
import { SPAN_ROW_BYTES } from '@clew/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call, openTestDoors, send, type TestDoors } from '../../doors-contract.ts'
import { jsonSpans, protobufSpans } from './otlp-samples-contract.ts'

const BUDGET = 150_000
const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
const UNAVAILABLE = 14
const RESOURCE_EXHAUSTED = 8

/** Below the limit of a body, above the budget with its columns. */
const MANY = protobufSpans(1_300)
const FEW = protobufSpans(800)
const FEW_COLUMNS = 800 * SPAN_ROW_BYTES

describe('the memory of an OTLP request', () => {
  let doors: TestDoors
  beforeEach(async () => {
    doors = await openTestDoors({ maxBodyBytes: 100_000, byteBudget: BUDGET })
  })
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
    expect(doors.budget.used).toBe(0)
  })

  const post = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    send(`${doors.urls.otlpHttp}/v1/traces`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-protobuf', ...headers },
    })
  const rpc = (body: Uint8Array, gzip = false) => call(doors.urls.otlpGrpc, EXPORT, { body, gzip })

  it('is taken with its columns before they are made', async () => {
    let used = 0
    doors.consumer.answer = async () => {
      used = doors.budget.used
      return { repeated: false, warnings: [] }
    }
    for (const send of [post, rpc]) {
      await send(FEW)
      expect(used).toBeGreaterThanOrEqual(FEW.length + FEW_COLUMNS)
      expect(doors.budget.used).toBe(0)
    }
  })

  it('is refused with a time to try again while others hold what its columns need', async () => {
    const held = doors.budget.reserve(BUDGET - FEW.length - FEW_COLUMNS)
    expect(await post(FEW)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(await rpc(FEW)).toMatchObject({ code: UNAVAILABLE, message: expect.stringContaining('OVERLOADED') })
    held.release()
    expect(await post(FEW)).toMatchObject({ status: 200 })
    expect(doors.consumer.consumed).toHaveLength(1)
  })

  it.each([
    ['plain', () => post(MANY)],
    ['as gzip', () => post(gzipSync(MANY), { 'content-encoding': 'gzip' })],
    ['in chunks', () => post(MANY, { 'transfer-encoding': 'chunked' })],
    ['as JSON', () => post(jsonSpans(450), { 'content-type': 'application/json' })],
  ])('is refused for good when an empty budget would not be enough: %s', async (_how, sent) => {
    const answer = await sent()
    expect(answer.status).toBe(413)
    expect(answer.headers['retry-after']).toBeUndefined()
    expect(answer.body.toString()).toContain('raise byte_budget')
  })

  it.each([false, true])('is refused for good over gRPC too, without RetryInfo; gzip: %s', async (gzip) => {
    const answer = await rpc(MANY, gzip)
    expect(answer).toMatchObject({ code: RESOURCE_EXHAUSTED, message: expect.stringContaining('raise byte_budget') })
    expect(answer.trailers.get('grpc-status-details-bin')).toEqual([])
  })

  it('lets go of compressed bytes and chunks before its columns are made', async () => {
    const body = protobufSpans(900)
    const headers = [{ 'content-encoding': 'gzip' }, { 'transfer-encoding': 'chunked' }]
    expect(2 * body.length + 900 * SPAN_ROW_BYTES).toBeGreaterThan(BUDGET)
    expect(await post(gzipSync(body), headers[0])).toMatchObject({ status: 200 })
    expect(await post(body, headers[1])).toMatchObject({ status: 200 })
    expect(await rpc(body, true)).toMatchObject({ code: 0 })
  })
})
