// The cache of answers: one request for all who ask, old answers kept until new ones come, aborts, failures.
import { expect, test } from 'vitest'
import { AnswerCache } from './answer-cache.ts'

function cacheWithRequests() {
  const requests: {
    path: string
    signal: AbortSignal
    resolve: (value: unknown) => void
    reject: (error: Error) => void
  }[] = []
  const clock = { ms: 0, nowMs: () => clock.ms }
  const cache = new AnswerCache(
    (path, signal) => new Promise((resolve, reject) => requests.push({ path, signal, resolve, reject })),
    clock,
  )
  return { cache, requests, clock }
}

/** Lets everything that only waits for promises go on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

test('two who ask the same share one request', async () => {
  const { cache, requests } = cacheWithRequests()
  let calls = 0
  cache.subscribe('/a', () => calls++)
  cache.subscribe('/a', () => calls++)
  expect(requests).toHaveLength(1)
  requests[0]!.resolve(42)
  await settled()
  expect(cache.read('/a')).toEqual({ state: 'ready', value: 42, refreshing: false })
  expect(calls).toBeGreaterThanOrEqual(2)
})

test('the old answer stays while a new one is on its way', async () => {
  const { cache, requests } = cacheWithRequests()
  cache.subscribe('/a', () => undefined)
  requests[0]!.resolve('old')
  await settled()
  cache.refresh('/a')
  expect(cache.read('/a')).toEqual({ state: 'ready', value: 'old', refreshing: true })
  requests[1]!.resolve('new')
  await settled()
  expect(cache.read('/a')).toEqual({ state: 'ready', value: 'new', refreshing: false })
})

test('a late answer of an older request changes nothing', async () => {
  const { cache, requests } = cacheWithRequests()
  cache.subscribe('/a', () => undefined)
  cache.refresh('/a')
  requests[1]!.resolve('second')
  await settled()
  requests[0]!.resolve('first')
  await settled()
  expect(cache.read('/a')).toMatchObject({ value: 'second' })
})

test('a request that nobody waits for any more is aborted', () => {
  const { cache, requests } = cacheWithRequests()
  const stop = cache.subscribe('/a', () => undefined)
  stop()
  expect(requests[0]!.signal.aborted).toBe(true)
  cache.subscribe('/a', () => undefined)
  expect(requests).toHaveLength(2)
})

test('whoever comes back soon sees the answer at once, later also a new one', async () => {
  const { cache, requests, clock } = cacheWithRequests()
  const stop = cache.subscribe('/a', () => undefined)
  requests[0]!.resolve('seen')
  await settled()
  stop()
  cache.subscribe('/a', () => undefined)()
  expect(requests).toHaveLength(1)
  clock.ms = 60_000
  cache.subscribe('/a', () => undefined)
  expect(requests).toHaveLength(2)
  expect(cache.read('/a')).toMatchObject({ value: 'seen', refreshing: true })
})

test('a failure is said, and asked again by whoever comes next', async () => {
  const { cache, requests } = cacheWithRequests()
  cache.subscribe('/a', () => undefined)
  requests[0]!.reject(new Error('no'))
  await settled()
  expect(cache.read('/a')).toMatchObject({ state: 'failed', error: { message: 'no' } })
  cache.subscribe('/a', () => undefined)
  expect(requests).toHaveLength(2)
})
