// Streams of clients that are broken or mean harm. None may take memory that is not in the budget, none may last.
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { frameMessage } from '../../grpc/wire.ts'
import { settled } from '../../pipeline/journal/journal-run-contract.ts'
import { encodeBatch, encodeSpan, guidOf, type ObserverOptions, TestObserver } from './observer-contract.ts'

const MIB = 2 ** 20
const STATUS = { ok: '0', invalidArgument: '3', resourceExhausted: '8', unavailable: '14' }

let observer: TestObserver
const sessions: ClientHttp2Session[] = []
const start = async (options: ObserverOptions = {}) => {
  observer = await TestObserver.start(options)
}
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy()
  await observer.stop()
  await settled()
  expect(observer.budget.used).toBe(0)
  expect(observer.lives.count).toBe(0)
})

/** A stream without a client library around it. */
class RawStream {
  readonly stream: ClientHttp2Stream
  readonly status: Promise<string>
  readonly closed: Promise<void>

  constructor(session: ClientHttp2Session, headers: Record<string, string> = {}) {
    this.stream = session.request({
      ':method': 'POST',
      ':path': '/com.newrelic.trace.v1.IngestService/RecordSpan',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    })
    this.stream.on('error', () => {})
    this.closed = new Promise((resolve) => this.stream.on('close', () => resolve()))
    this.status = new Promise((resolve) => {
      const look = (answer: IncomingHttpHeaders) => {
        if (answer['grpc-status'] !== undefined) resolve(String(answer['grpc-status']))
      }
      this.stream.on('response', look).on('trailers', look)
    })
  }
}

function openSession(): ClientHttp2Session {
  const session = connect(observer.url)
  session.on('error', () => {})
  sessions.push(session)
  return session
}

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2))
}

describe('a client', () => {
  it('that does not heed the close is heard for a moment, then cut off', async () => {
    await start({ underWayMs: 100 })
    const { stream, status, closed } = new RawStream(openSession())
    stream.resume()
    stream.write(frameMessage(encodeSpan(guidOf(1))))
    await until(() => observer.spans.length === 1)
    observer.lives.endAll()
    expect(await status).toBe(STATUS.ok)
    stream.write(frameMessage(encodeSpan(guidOf(2))))
    await until(() => observer.spans.length === 2)
    const writing = setInterval(() => !stream.destroyed && stream.write(frameMessage(encodeSpan(guidOf(3)))), 5)
    await closed
    clearInterval(writing)
  })

  it('that announces a message beyond the limit is refused before it sends it', async () => {
    await start({ limitBytes: 8 * MIB })
    const { stream, status } = new RawStream(openSession())
    stream.resume()
    const announced = Buffer.alloc(5)
    announced.writeUInt32BE(64 * MIB, 1)
    stream.write(announced)
    expect(await status).toBe(STATUS.resourceExhausted)
  })

  it('that announces a message and sends none of it holds its room no longer than its stream lives', async () => {
    await start({ limitBytes: 8 * MIB, underWayMs: 20 })
    const { stream, status, closed } = new RawStream(openSession())
    stream.resume()
    const announced = Buffer.alloc(5)
    announced.writeUInt32BE(4 * MIB, 1)
    stream.write(announced)
    await until(() => observer.budget.used === 4 * MIB)
    await observer.time.advance(33_000)
    expect(await status).toBe(STATUS.ok)
    await closed
    await until(() => observer.budget.used === 0)
  })

  it('that sends a small message which inflates without end is refused at the limit', async () => {
    await start({ limitBytes: 2 * MIB })
    const { stream, status } = new RawStream(openSession(), { 'grpc-encoding': 'gzip' })
    stream.resume()
    const bomb = frameMessage(gzipSync(Buffer.alloc(32 * MIB)))
    bomb[0] = 1
    stream.write(bomb)
    expect(await status).toBe(STATUS.resourceExhausted)
  })

  it('that sends what is no gzip ends its stream, after what was good', async () => {
    await start()
    const { stream, status } = new RawStream(openSession(), { 'grpc-encoding': 'gzip' })
    stream.resume()
    const broken = frameMessage(Buffer.from('no gzip'))
    broken[0] = 1
    stream.write(Buffer.concat([frameMessage(encodeSpan(guidOf(1))), broken, frameMessage(encodeSpan(guidOf(2)))]))
    expect(await status).toBe(STATUS.invalidArgument)
    expect(observer.spans.map(({ spanId }) => spanId)).toContain(guidOf(1))
  })

  it('that breaks off within a message loses that one alone', async () => {
    await start()
    const { stream, status } = new RawStream(openSession())
    stream.resume()
    stream.write(frameMessage(encodeSpan(guidOf(1))))
    stream.end(frameMessage(encodeSpan(guidOf(2))).subarray(0, 20))
    expect(await status).toBe(STATUS.invalidArgument)
    expect(observer.spans).toHaveLength(1)
  })

  it('that sends empty messages one behind the other is held back by their number', async () => {
    await start({ underWayMs: 1_000 })
    let finish = () => {}
    observer.consumer.answer = () =>
      new Promise((resolve) => {
        finish = () => {
          observer.consumer.answer = async () => ({ repeated: false, warnings: [] })
          resolve({ repeated: false, warnings: [] })
        }
      })
    const { stream, status } = new RawStream(openSession())
    stream.resume()
    stream.write(frameMessage(encodeSpan(guidOf(1))))
    await until(() => observer.consumer.consumed.length === 1)
    // More than the stream's window, so that what is not read cannot be sent.
    const messages = 2 * MIB
    stream.end(Buffer.alloc(5 * messages))
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(stream.writableFinished).toBe(false)
    finish()
    // Others are heard in between.
    await settled()
    expect(observer.counters.snapshot('default').rejected).toBeLessThan(messages / 20)
    observer.lives.endAll()
    expect(await status).toBe(STATUS.ok)
    expect(stream.writableFinished).toBe(false)
  })

  it('that reads no status is not waited for', async () => {
    await start({ underWayMs: 20 })
    const { stream } = new RawStream(openSession())
    stream.pause()
    const message = frameMessage(encodeSpan(guidOf(1)))
    stream.write(Buffer.concat(Array.from({ length: 3_000 }, () => message)))
    await until(() => observer.spans.length === 3_000)
    observer.lives.endAll()
    await until(() => observer.lives.count === 0)
  })
})

it('thousands of streams are served side by side, the idle ones too, and all end when they are to', async () => {
  await start()
  const before = process.memoryUsage().rss
  const streams = Array.from({ length: 3 }, openSession).flatMap((session) =>
    Array.from({ length: 1_000 }, () => new RawStream(session)),
  )
  for (const { stream } of streams) stream.resume()
  await until(() => observer.lives.count === 3_000)
  for (const [i, { stream }] of streams.entries()) if (i % 2 === 0) stream.write(frameMessage(encodeBatch([guidOf(i)])))
  await until(() => observer.counters.snapshot('default').rejected === 1_500)
  for (const [i, { stream }] of streams.entries()) if (i % 2 === 0) stream.write(frameMessage(encodeSpan(guidOf(i))))
  await until(() => observer.spans.length === 1_500)
  observer.lives.endAll()
  expect(new Set(await Promise.all(streams.map(({ status }) => status)))).toEqual(new Set([STATUS.ok]))
  // Both ends of each stream are in this process.
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * MIB)
})
