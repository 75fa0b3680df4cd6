import type { ZipkinSpan } from '@clew/codecs'
import { describe, expect, it } from 'vitest'
import { parseQueryRequest, type QueryParameters } from './query-request.ts'
import { TraceMatcher } from './trace-matcher.ts'

const NOW_MS = 1_700_000_000_000
const NOW = BigInt(NOW_MS) * 1000n
const none = { serviceName: '', ipv4: '', ipv6: '', port: 0 }
const of = (serviceName: string) => ({ ...none, serviceName })

function span(changes: Partial<ZipkinSpan> = {}): ZipkinSpan {
  return {
    ...{ traceId: '1', id: '1', parentId: '', kind: '', name: 'get', timestamp: NOW - 1_000_000n, duration: 150_000n },
    ...{ localEndpoint: of('frontend'), remoteEndpoint: none, annotations: [], tags: new Map() },
    ...{ debug: false, shared: false },
    ...changes,
  }
}

function matches(parameters: QueryParameters, ...spans: ZipkinSpan[]): boolean {
  const matcher = new TraceMatcher(parseQueryRequest(parameters, NOW_MS))
  for (const each of spans) matcher.add(each)
  return matcher.matches
}

const tagged = (tags: Record<string, string>) => ({ tags: new Map(Object.entries(tags)) })

describe('a trace', () => {
  it.each<[string, QueryParameters, boolean]>([
    ['nothing', {}, true],
    ['its service', { serviceName: 'frontend' }, true],
    ['another service', { serviceName: 'backend' }, false],
    ['its span name', { spanName: 'GET' }, true],
    ['another span name', { spanName: 'post' }, false],
    ['its remote service', { remoteServiceName: 'mysql' }, true],
    ['another remote service', { remoteServiceName: 'frontend' }, false],
    ['a tag', { annotationQuery: 'http.method=GET' }, true],
    ['a tag of another value', { annotationQuery: 'http.method=POST' }, false],
    ['a tag by its key', { annotationQuery: 'http.method' }, true],
    ['an annotation', { annotationQuery: 'retry' }, true],
    ['an annotation that is not there', { annotationQuery: 'again' }, false],
    ['both', { annotationQuery: 'retry and http.method=GET' }, true],
    ['both, of which one is not there', { annotationQuery: 'again and http.method=GET' }, false],
    ['its duration at least', { minDuration: '150000' }, true],
    ['a longer duration', { minDuration: '150001' }, false],
    ['its duration between', { minDuration: '1', maxDuration: '150000' }, true],
    ['a shorter duration', { minDuration: '1', maxDuration: '149999' }, false],
  ])('asked for by %s', (_what, parameters, expected) => {
    const annotations = [{ timestamp: NOW, value: 'retry' }]
    const one = span({ remoteEndpoint: of('mysql'), annotations, ...tagged({ 'http.method': 'GET' }) })
    expect(matches(parameters, one)).toBe(expected)
  })

  it('may meet its criteria on different spans', () => {
    const spans = [
      span(tagged({ a: '1' })),
      span({ name: 'post', localEndpoint: of('backend'), ...tagged({ b: '2' }) }),
    ]
    expect(matches({ spanName: 'post', annotationQuery: 'a=1' }, ...spans)).toBe(true)
    expect(matches({ annotationQuery: 'a=1 and b=2' }, ...spans)).toBe(true)
  })

  it('must meet them on spans of the service that is named', () => {
    const spans = [
      span(tagged({ a: '1' })),
      span({
        name: 'post',
        localEndpoint: of('backend'),
        remoteEndpoint: of('mysql'),
        duration: 5n,
        ...tagged({ b: '2' }),
      }),
    ]
    expect(matches({ serviceName: 'frontend', annotationQuery: 'b=2' }, ...spans)).toBe(false)
    expect(matches({ serviceName: 'frontend', spanName: 'post' }, ...spans)).toBe(false)
    expect(matches({ serviceName: 'frontend', remoteServiceName: 'mysql' }, ...spans)).toBe(false)
    expect(matches({ serviceName: 'backend', minDuration: '100' }, ...spans)).toBe(false)
    expect(matches({ serviceName: 'backend', remoteServiceName: 'mysql', annotationQuery: 'b=2' }, ...spans)).toBe(true)
  })

  it('must meet both bounds of the duration on one span', () => {
    const spans = [span({ duration: 10n }), span({ duration: 1000n })]
    expect(matches({ minDuration: '100', maxDuration: '500' }, ...spans)).toBe(false)
  })

  it('begins with its root, else with its first span', () => {
    const early = span({ parentId: '2', timestamp: NOW - 10_000_000n })
    const root = span({ timestamp: NOW - 1_000_000n })
    expect(matches({ lookback: '5000' }, early)).toBe(false)
    expect(matches({ lookback: '5000' }, early, root)).toBe(true)
    expect(matches({ lookback: '5000' }, root, early)).toBe(true)
    expect(matches({ endTs: String(NOW_MS - 2000) }, root)).toBe(false)
    expect(matches({ endTs: String(NOW_MS - 1000), lookback: '1' }, root)).toBe(true)
    expect(matches({}, span({ timestamp: 0n }))).toBe(false)
  })
})
