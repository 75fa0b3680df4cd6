// What the query service does with those who ask: their tenant and their patience reach every read.
import type { TraceQuery } from '@clew/model'
import { expect, it } from 'vitest'
import { QueryService } from './query-service.ts'
import type { Asker, TraceReader } from './trace-reader.ts'

const EVERYTHING: TraceQuery = {
  timeRange: { from: 0n, to: 2n ** 64n },
  stages: [{ kind: 'filter', spanset: { kind: 'spans', where: { kind: 'all' } } }],
  order: { by: 'newest', direction: 'descending' },
  page: { limit: 20, cursor: undefined },
  totals: false,
  spansPerTrace: 3,
}

/** A store whose every read ends when its asker goes, and not before. */
function patientStore() {
  const askers: Asker[] = []
  const store = {
    highestBlock: 0n,
    askedBy(asker: Asker) {
      askers.push(asker)
      const read = () =>
        new Promise((_resolve, reject) => {
          const stop = () => reject(new Error('stopped'))
          if (asker.signal?.aborted) stop()
          else asker.signal?.addEventListener('abort', stop)
        })
      return new Proxy({ highestBlock: 0n }, { get: (own, name) => (name in own ? 0n : read) })
    },
  }
  return { askers, store: store as unknown as TraceReader }
}

it.each<[string, (service: QueryService, signal: AbortSignal) => Promise<unknown>]>([
  ['a search', (service, signal) => service.findTraces('shop', EVERYTHING, signal)],
  ['a trace', (service, signal) => service.traces('shop', ['1'.repeat(32)], signal)],
  [
    'traces with a span of some kind',
    (service, signal) => {
      const { timeRange } = EVERYTHING
      return service.tracesWith('shop', ['1'.repeat(32)], { where: { kind: 'all' }, timeRange }, signal)
    },
  ],
  ['logs', (service, signal) => service.logs('shop', '1'.repeat(32), undefined, signal)],
  ['log counts', (service, signal) => service.logCounts('shop', '1'.repeat(32), signal)],
  [
    'integration errors',
    (service, signal) => {
      const question = { from: 0n, to: 2n ** 64n, requestId: undefined, limit: 1, cursor: undefined }
      return service.integrationErrors('shop', question, signal)
    },
  ],
  ['services', (service, signal) => service.services('shop', { from: undefined, to: undefined }, signal)],
  ['operations', (service, signal) => service.operations('shop', 'a', { from: undefined, to: undefined }, signal)],
  ['keys', (service, signal) => service.attributeKeys('shop', { service: undefined, scope: undefined }, signal)],
  [
    'values',
    (service, signal) => service.attributeValues('shop', 'k', { service: undefined, scope: undefined }, signal),
  ],
])('stops the reads of %s when its asker goes away', async (_what, ask) => {
  const { askers, store } = patientStore()
  const service = new QueryService(store, { running: 1 })
  const gone = new AbortController()
  const asked = ask(service, gone.signal)
  const inLine = ask(service, gone.signal)
  expect(askers).toEqual([{ tenant: 'shop', signal: gone.signal }])
  gone.abort()
  await expect(asked).rejects.toThrow('stopped')
  await expect(inLine).rejects.toMatchObject({ code: 'CANCELLED' })
})
