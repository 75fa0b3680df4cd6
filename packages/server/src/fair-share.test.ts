import { describe, expect, it } from 'vitest'
import { FairShare } from './fair-share.ts'

/** Work that ends when it is told to, and notes when it starts. */
function openWork(started: string[] = [], name = '') {
  let finish: () => void = () => undefined
  const promise = new Promise<void>((resolve) => {
    finish = resolve
  })
  const work = () => {
    started.push(name)
    return promise
  }
  return { work, finish }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('FairShare', () => {
  it('runs some, lets some wait in order, and refuses the rest', async () => {
    const share = new FairShare({ total: 1, each: 1, waiting: 1 })
    const started: string[] = []
    const [first, second] = [openWork(started, 'first'), openWork(started, 'second')]
    const running = share.run('a', first.work)
    const waiting = share.run('a', second.work)
    await expect(share.run('a', () => Promise.resolve())).rejects.toMatchObject({
      code: 'TOO_MANY_QUERIES',
      retryAfterSeconds: 1,
    })
    expect(started).toEqual(['first'])
    first.finish()
    await running
    second.finish()
    await waiting
    expect(await share.run('a', () => Promise.resolve('free again'))).toBe('free again')
  })

  it('keeps a place for somebody else', async () => {
    const share = new FairShare({ total: 3, each: 2, waiting: 9 })
    const busy = [openWork(), openWork(), openWork()]
    const running = busy.map(({ work }) => share.run('a', work))
    expect(await share.run('b', () => Promise.resolve('answered'))).toBe('answered')
    for (const { finish } of busy) finish()
    await Promise.all(running)
  })

  it('gives the next place to the owner who runs least, then to the one served longest ago', async () => {
    const share = new FairShare({ total: 2, each: 2, waiting: 9 })
    const started: string[] = []
    const works = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'].map((name) => ({ name, ...openWork(started, name) }))
    const running = works.map(({ name, work }) => share.run(name[0]!, work))
    expect(started).toEqual(['a1', 'a2'])
    for (const { finish } of works) {
      finish()
      await settled()
    }
    await Promise.all(running)
    expect(started).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
  })

  it('lets go of who leaves the line, without a place taken or left', async () => {
    const share = new FairShare({ total: 1, each: 1, waiting: 2 })
    const started: string[] = []
    const first = openWork(started, 'first')
    const running = share.run('a', first.work)
    const leaver = new AbortController()
    const gone = share.run('a', openWork(started, 'gone').work, leaver.signal)
    const last = share.run('a', async () => started.push('last'))
    leaver.abort()
    await expect(gone).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(share.run('a', async () => {}, leaver.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
    first.finish()
    await running
    await last
    expect(started).toEqual(['first', 'last'])
  })

  it('frees the place of work that fails', async () => {
    const share = new FairShare({ total: 1, each: 1, waiting: 0 })
    await expect(share.run('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await share.run('a', () => Promise.resolve(1))).toBe(1)
  })
})
