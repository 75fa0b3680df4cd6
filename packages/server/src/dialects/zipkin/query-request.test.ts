import { describe, expect, it } from 'vitest'
import { parseQueryRequest, type QueryParameters } from './query-request.ts'

const NOW_MS = 1_700_000_000_000
const parse = (parameters: QueryParameters) => parseQueryRequest(parameters, NOW_MS)

describe('the parameters of a search', () => {
  it('have the defaults of Zipkin', () => {
    expect(parse({})).toEqual({
      serviceName: undefined,
      remoteServiceName: undefined,
      spanName: undefined,
      annotationQuery: new Map(),
      minDuration: undefined,
      maxDuration: undefined,
      endTs: BigInt(NOW_MS),
      lookback: 86_400_000n,
      limit: 10,
    })
  })

  it('are names in any case; none where they are empty, or all spans are asked for', () => {
    expect(parse({ serviceName: 'FrontEnd', remoteServiceName: 'BackEnd', spanName: 'GET /' })).toMatchObject({
      serviceName: 'frontend',
      remoteServiceName: 'backend',
      spanName: 'get /',
    })
    expect(parse({ serviceName: '', remoteServiceName: '', spanName: 'all' })).toMatchObject({
      serviceName: undefined,
      remoteServiceName: undefined,
      spanName: undefined,
    })
  })

  it.each<[string, Record<string, string>]>([
    ['', {}],
    ['error', { error: '' }],
    ['error and http.method=GET', { error: '', 'http.method': 'GET' }],
    ['http.method=GET and http.method=POST', { 'http.method': 'POST' }],
    ['a=b=c', { a: 'b=c' }],
    [' a  and b=c d ', { a: '', b: 'c d' }],
    ['a= and b', { a: '', b: '' }],
  ])('split the annotation query %j', (annotationQuery, expected) => {
    expect(Object.fromEntries(parse({ annotationQuery }).annotationQuery)).toEqual(expected)
  })

  it('count the first of what is given again', () => {
    expect(parse({ serviceName: ['a', 'b'], limit: ['3', '4'] })).toMatchObject({ serviceName: 'a', limit: 3 })
  })

  it('take at most a hundred terms', () => {
    const annotationQuery = Array.from({ length: 150 }, (_, i) => `k${i}=v`).join(' and ')
    expect(parse({ annotationQuery }).annotationQuery.size).toBe(100)
  })

  it.each<[QueryParameters, string]>([
    [{ endTs: '0' }, 'endTs <= 0'],
    [{ endTs: '-1' }, 'endTs <= 0'],
    [{ limit: '0' }, 'limit <= 0'],
    [{ limit: '10001' }, 'limit > 10000'],
    [{ lookback: '0' }, 'lookback <= 0'],
    [{ minDuration: '0' }, 'minDuration <= 0'],
    [{ minDuration: '10', maxDuration: '9' }, 'maxDuration < minDuration'],
    [{ maxDuration: '9' }, 'maxDuration is only valid with minDuration'],
    [{ limit: 'ten' }, 'limit: expected a whole number, got "ten"'],
    [{ lookback: '1.5' }, 'lookback: expected a whole number, got "1.5"'],
    [{ endTs: '9223372036854775808' }, 'endTs: expected a whole number, got "9223372036854775808"'],
  ])('refuse %j in the words of Zipkin', (parameters, message) => {
    expect(() => parse(parameters)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message }))
  })
})
