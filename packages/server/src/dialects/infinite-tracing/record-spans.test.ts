import { createHmac } from 'node:crypto'
import { attributeValue } from '@clew/model'
import { status } from '@grpc/grpc-js'
import { afterEach, describe, expect, it } from 'vitest'
import { keyEntry, refusal } from '../../doors-contract.ts'
import { settled } from '../../pipeline/journal/journal-run-contract.ts'
import { AgentRuns } from './agent-runs.ts'
import {
  encodeBatch,
  encodeSpan,
  guidOf,
  type ObserverOptions,
  overloaded,
  SHOP,
  TestObserver,
} from './observer-contract.ts'

let observer: TestObserver
const start = async (options: ObserverOptions = {}) => {
  observer = await TestObserver.start(options)
  return observer
}
afterEach(async () => {
  await observer.stop()
  await settled()
  expect(observer.budget.used).toBe(0)
})

/** A consumer whose fsync the test ends. */
function holdFsync(): () => void {
  let finish = () => {}
  observer.consumer.answer = () =>
    new Promise((resolve) => {
      finish = () => {
        observer.consumer.answer = async () => ({ repeated: false, warnings: [] })
        resolve({ repeated: false, warnings: [] })
      }
    })
  return () => finish()
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2))
}

describe.each(['Span', 'SpanBatch'] as const)('a stream of Record%s', (method) => {
  const encode = (guid: string) => (method === 'Span' ? encodeSpan(guid) : encodeBatch([guid]))

  it('is told how many messages are on disk while it goes on', async () => {
    await start()
    const stream = observer.open(method)
    for (const count of [1, 2, 3]) {
      stream.write(encode(guidOf(count)))
      expect(await stream.seen()).toBe(count)
    }
    expect(observer.spans.map(({ spanId }) => spanId)).toEqual([1, 2, 3].map(guidOf))
    expect((await stream.finish()).code).toBe(status.OK)
  })

  it('is told nothing before the fsync', async () => {
    await start()
    const finish = holdFsync()
    const stream = observer.open(method)
    let isTold = false
    stream.write(encode(guidOf(1)))
    const told = stream.seen().then((seen) => {
      isTold = true
      return seen
    })
    await until(() => observer.consumer.consumed.length === 1)
    await settled()
    expect(isTold).toBe(false)
    finish()
    expect(await told).toBe(1)
  })

  it('takes gzip', async () => {
    await start()
    const stream = observer.open(method, {}, true)
    stream.write(encode(guidOf(1)))
    expect(await stream.seen()).toBe(1)
    expect(observer.spans).toHaveLength(1)
  })

  it('ends with an error that a caller may try again when the spans cannot be stored', async () => {
    await start()
    observer.consumer.answer = async () => {
      throw refusal('DISK_FULL')
    }
    const stream = observer.open(method)
    stream.write(encode(guidOf(1)))
    expect(await stream.closed).toMatchObject({
      code: status.UNAVAILABLE,
      details: expect.stringContaining('DISK_FULL'),
    })
  })

  it('leaves out alone a message that is none, and says so in the log, once', async () => {
    await start()
    const stream = observer.open(method)
    for (const message of [Uint8Array.of(0x0a, 0x7f), encode(guidOf(1)), Uint8Array.of(0x0a)]) stream.write(message)
    expect((await stream.finish()).code).toBe(status.OK)
    expect(observer.spans).toHaveLength(1)
    expect(observer.warnings).toHaveLength(1)
    expect(observer.warnings[0]).toContain('infinite tracing protobuf: byte 1')
    expect(observer.counters.snapshot('default')).toMatchObject({ spansAccepted: 1, rejected: 2 })
  })

  it('takes a message of no bytes as one without spans', async () => {
    await start()
    const stream = observer.open(method)
    if (method === 'SpanBatch') {
      stream.write(new Uint8Array(0))
      expect(await stream.seen()).toBe(1)
    }
    stream.write(encode(guidOf(1)))
    await stream.seen()
    expect(observer.spans).toHaveLength(1)
  })
})

describe('whose spans they are', () => {
  const serviceOf = async (metadata: Record<string, string>, intrinsics: Record<string, string> = {}) => {
    const stream = observer.open('Span', metadata)
    stream.write(encodeSpan(guidOf(1), intrinsics))
    await stream.seen()
    return observer.spans.at(-1)!
  }

  it('is told by the token of the run, as connect gave it', async () => {
    await start()
    const span = await serviceOf({ agent_run_token: observer.runs.issue('default', SHOP) })
    expect(span.serviceName).toBe('shop')
    expect(attributeValue(span.resource.attributes, 'host.name')).toEqual({ type: 'string', value: 'host-1' })
  })

  it('is told by the span where it names its application', async () => {
    await start()
    const token = observer.runs.issue('default', SHOP)
    expect((await serviceOf({ agent_run_token: token }, { appName: 'billing' })).serviceName).toBe('billing')
    expect((await serviceOf({}, { appName: 'billing' })).serviceName).toBe('billing')
  })

  it('is not known of a run of elsewhere, whose spans are kept with its token', async () => {
    await start()
    const elsewhere = new AgentRuns((text) => createHmac('sha256', 'other').update(text).digest())
    const token = elsewhere.issue('default', SHOP)
    const span = await serviceOf({ agent_run_token: token })
    expect(span.serviceName).toBe('')
    expect(attributeValue(span.resource.attributes, 'newrelic.agent_run_token')).toEqual({
      type: 'string',
      value: token,
    })
    expect((await serviceOf({})).resource.attributes).toEqual([])
  })

  it('is the tenant of the license key, and a run of another tenant is not known', async () => {
    await start({ keys: [keyEntry('one', { tenant: 'acme' }), keyEntry('two', { tenant: 'umbrella' })] })
    const token = observer.runs.issue('acme', SHOP)
    expect((await serviceOf({ license_key: 'one', agent_run_token: token })).serviceName).toBe('shop')
    expect((await serviceOf({ license_key: 'two', agent_run_token: token })).serviceName).toBe('')
    expect(observer.consumer.consumed.map(({ request }) => request.tenant)).toEqual(['acme', 'umbrella'])
  })

  it.each([[{}], [{ license_key: 'guess' }]])('is nobody’s business without the key: %o', async (metadata) => {
    await start({ keys: [keyEntry('one')] })
    const stream = observer.open('SpanBatch', metadata)
    stream.write(encodeBatch([guidOf(1)]))
    expect((await stream.closed).code).toBe(status.UNAUTHENTICATED)
    expect(observer.consumer.consumed).toEqual([])
  })
})

describe('many messages of one stream', () => {
  it('share an fsync when they are single spans: all that came during the one before', async () => {
    await start()
    const finish = holdFsync()
    const stream = observer.open('Span')
    stream.write(encodeSpan(guidOf(0)))
    await until(() => observer.consumer.consumed.length === 1)
    const waiting = observer.budget.used + 199 * encodeSpan(guidOf(1)).length
    for (let i = 1; i < 200; i++) stream.write(encodeSpan(guidOf(i)))
    await until(() => observer.budget.used >= waiting)
    finish()
    let seen = 0
    while (seen < 200) seen = await stream.seen()
    expect(observer.spans.map(({ spanId }) => spanId)).toEqual(Array.from({ length: 200 }, (_, i) => guidOf(i)))
    expect(observer.consumer.consumed).toHaveLength(2)
  })

  it('are requests of their own when they are batches, so that one that is sent again is known', async () => {
    await start()
    const finish = holdFsync()
    const stream = observer.open('SpanBatch')
    const messages = [1, 2, 3].map((i) => encodeBatch([guidOf(i)]))
    for (const message of messages) stream.write(message)
    await until(() => observer.consumer.consumed.length === 1)
    finish()
    let seen = 0
    while (seen < 3) seen = await stream.seen()
    expect(observer.consumer.consumed.map(({ request }) => Buffer.from(request.body))).toEqual(
      messages.map(Buffer.from),
    )
    expect(observer.consumer.consumed[0]!.request.door).toBe('infinite-tracing/spans')
  })
})

describe('the end of a stream', () => {
  it('is an OK after about half a minute, also of one that never sent anything', async () => {
    await start()
    const stream = observer.open('Span')
    await until(() => observer.lives.count === 1)
    await observer.time.advance(26_900)
    let isClosed = false
    void stream.closed.then(() => {
      isClosed = true
    })
    await settled()
    expect(isClosed).toBe(false)
    await observer.time.advance(6_200)
    expect((await stream.closed).code).toBe(status.OK)
  })

  it('comes for all streams at once when the door is about to close', async () => {
    await start()
    const streams = Array.from({ length: 20 }, () => observer.open('Span'))
    for (const stream of streams) stream.write(encodeSpan(guidOf(1)))
    await Promise.all(streams.map((stream) => stream.seen()))
    observer.lives.endAll()
    for (const stream of streams) expect((await stream.closed).code).toBe(status.OK)
    await until(() => observer.lives.count === 0)
  })

  it('loses nothing that came before it, stored or not', async () => {
    await start()
    const finish = holdFsync()
    const stream = observer.open('Span')
    for (let i = 0; i < 50; i++) stream.write(encodeSpan(guidOf(i)))
    await until(() => observer.consumer.consumed.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    observer.lives.endAll()
    expect((await stream.closed).code).toBe(status.OK)
    finish()
    await until(() => observer.spans.length === 50)
  })

  it('by a caller that is gone loses nothing that came whole', async () => {
    await start()
    const finish = holdFsync()
    const stream = observer.open('SpanBatch')
    for (let i = 0; i < 5; i++) stream.write(encodeBatch([guidOf(i)]))
    await until(() => observer.consumer.consumed.length >= 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    stream.call.cancel()
    await stream.closed
    finish()
    await until(() => observer.spans.length === 5)
  })
})

describe('without room', () => {
  it('holds the sender back instead of refusing it', async () => {
    await start({ byteBudget: 1_000_000 })
    const held = observer.budget.reserve(900_000)
    const stream = observer.open('SpanBatch')
    stream.write(encodeBatch(Array.from({ length: 500 }, (_, i) => guidOf(i))))
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(observer.consumer.consumed).toHaveLength(0)
    held.release()
    expect(await stream.seen()).toBe(1)
    expect(observer.spans).toHaveLength(500)
  })

  it('stores spans again that found none behind the door', async () => {
    await start()
    let refusals = 3
    observer.consumer.answer = async () => {
      if (refusals-- > 0) throw overloaded()
      return { repeated: false, warnings: [] }
    }
    const stream = observer.open('SpanBatch')
    stream.write(encodeBatch([guidOf(1)]))
    expect(await stream.seen()).toBe(1)
  })

  it('never takes more than there is, however much is sent', async () => {
    await start({ byteBudget: 2_000_000 })
    let most = 0
    observer.consumer.answer = async () => {
      most = Math.max(most, observer.budget.used)
      return { repeated: false, warnings: [] }
    }
    const streams = Array.from({ length: 8 }, (_, i) => observer.open('SpanBatch', {}, i % 2 === 0))
    const message = encodeBatch(Array.from({ length: 300 }, (_, i) => guidOf(i)))
    for (const stream of streams) for (let i = 0; i < 40; i++) stream.write(message)
    for (const stream of streams) expect((await stream.finish()).code).toBe(status.OK)
    expect(observer.spans).toHaveLength(8 * 40 * 300)
    expect(most).toBeLessThanOrEqual(2_000_000)
  })
})
