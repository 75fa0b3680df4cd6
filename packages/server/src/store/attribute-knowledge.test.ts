import type { Span } from '@clew/model'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exampleSpan } from '../testing/example-spans.ts'
import { FilledStore } from '../testing/filled-store.ts'
import { attributeKeyNumber } from './block/attribute-keys.ts'
import { ManyValuedKeys } from './many-valued-keys.ts'
import { ResourceKeys } from './resource-keys.ts'

let store: FilledStore
beforeAll(async () => {
  store = await FilledStore.open()
})
afterAll(() => store.close())

const text = (key: string, value: string) => ({ key, value: { type: 'string', value } }) as const

function spanWith(number: number, resourceKey: string): Span {
  return exampleSpan({
    spanId: (number + 1).toString(16).padStart(16, '0'),
    attributes: [text('request.id', `r-${number}`), text('http.method', number % 2 === 0 ? 'GET' : 'PUT')],
    resource: { attributes: [text(resourceKey, 'x')], droppedAttributesCount: 0, schemaUrl: '' },
  })
}

it('knows an attribute with a thousand values from one with two, for each tenant by itself', async () => {
  await store.addSpans(
    'shop',
    Array.from({ length: 1100 }, (_, i) => spanWith(i, 'host.name')),
  )
  let nowMs = 0
  const keys = new ManyValuedKeys(store.engine, { nowMs: () => nowMs })
  expect(await keys.some('shop', ['http.method', 'request.id'])).toBe(true)
  expect(await keys.some('shop', ['http.method'])).toBe(false)
  expect(await keys.some('bank', ['request.id'])).toBe(false)
  await store.addSpans(
    'bank',
    Array.from({ length: 1100 }, (_, i) => spanWith(i, 'host.name')),
  )
  expect(await keys.some('bank', ['request.id'])).toBe(false)
  nowMs = 60_000
  await expect.poll(() => keys.some('bank', ['request.id'])).toBe(true)
})

it('rules out a key that no resource has, until a block brings it', async () => {
  const keys = new ResourceKeys(store.engine)
  await store.addSpans('port', [spanWith(1, 'host.name')])
  const ask = (key: string) => keys.mayHave('port', attributeKeyNumber(key), store.highestBlock)
  // Nobody looks for the first question of a block.
  expect(await ask('request.id')).toBe(true)
  expect([await ask('request.id'), await ask('k8s.pod.name'), await ask('host.name')]).toEqual([false, false, true])
  await store.addSpans('port', [spanWith(2, 'k8s.pod.name')])
  await ask('k8s.pod.name')
  expect([await ask('request.id'), await ask('k8s.pod.name')]).toEqual([false, true])
})
