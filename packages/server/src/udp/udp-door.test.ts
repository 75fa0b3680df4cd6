import { createSocket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { ClewError } from '@clew/model'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { ByteBudget } from '../pipeline/byte-budget.ts'
import { Metrics } from '../telemetry/metrics.ts'
import type { Datagram } from './datagram-receiver.ts'
import { dropsIn } from './lost-datagrams.ts'
import { UdpDoor, type UdpDoorOptions } from './udp-door.ts'

const metrics = new Metrics()
let budget = new ByteBudget(100_000)
let door: UdpDoor | undefined

afterEach(async () => {
  await door?.stop(0)
  door = undefined
  expect(budget.used).toBe(0)
  budget = new ByteBudget(100_000)
})

/** A door whose datagrams each wait for `finish`, unless `receive` says otherwise. */
async function open(options: Partial<UdpDoorOptions> = {}) {
  const received: string[] = []
  const finishers: (() => void)[] = []
  const receive = ({ bytes }: Datagram) => {
    received.push(Buffer.from(bytes).toString())
    return new Promise<void>((resolve) => finishers.push(resolve))
  }
  const opened = new UdpDoor({
    name: 'test',
    host: 'localhost',
    port: 0,
    setting: 'test.port',
    isKeyless: true,
    budget,
    metrics,
    logger: pino({ level: 'silent' }),
    receive,
    ...options,
  })
  await opened.start()
  door = opened
  const finish = () => {
    for (const each of finishers.splice(0)) each()
  }
  return { door: opened, port: Number(new URL(opened.url).port), received, finish }
}

async function send(port: number, messages: readonly (string | Uint8Array)[], host = '127.0.0.1'): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  for (const message of messages) await new Promise((resolve) => socket.send(message, port, host, resolve))
  await new Promise<void>((resolve) => socket.close(resolve))
}

describe('a UDP door', () => {
  it('hands on datagrams of both loopback addresses, the empty one too, and counts those that are on disk', async () => {
    const { door, port, received, finish } = await open()
    expect(door.url).toBe(`udp://localhost:${port}`)
    await send(port, ['one', ''])
    await send(port, ['two'], '::1')
    await expect.poll(() => [...received].sort()).toEqual(['', 'one', 'two'])
    expect(await door.detail()).toMatch(/^datagrams: 0 taken, 0 dropped/)
    finish()
    await expect.poll(() => door.detail()).toMatch(/^datagrams: 3 taken, 0 dropped, (\d+|unknown) lost by the system/)
    expect((await metrics.render()).text).toContain('clew_ingest_datagrams_total{door="test",outcome="ok"} 3')
  })

  it('gives the room of a datagram back once it is stored or refused', async () => {
    const { port, finish } = await open()
    await send(port, ['12345'])
    await expect.poll(() => budget.used).toBe(5)
    finish()
    await expect.poll(() => budget.used).toBe(0)
  })

  it('drops what finds no room in the byte budget, and says so', async () => {
    const { door, port, received, finish } = await open()
    await send(port, [Buffer.alloc(60_000), Buffer.alloc(60_000), 'small'])
    await expect.poll(() => received).toHaveLength(2)
    expect(await door.detail()).toContain('1 dropped (last: OVERLOADED: byte budget')
    finish()
  })

  it('drops what comes while too many wait, however small they are', async () => {
    const { door, port, received, finish } = await open()
    for (let sent = 0; sent < 4_100; sent += 50) await send(port, new Array<string>(50).fill(''))
    await expect.poll(() => door.detail()).toMatch(/ 4 dropped \(last: OVERLOADED: datagrams/)
    expect(received).toHaveLength(4_096)
    finish()
  })

  it('counts what the receiver refuses, and goes on', async () => {
    const refuse = async ({ bytes }: Datagram) => {
      if (bytes.length === 3) throw new ClewError('DECODE_FAILED', 'jaeger: byte 0: expected 0x82')
      if (bytes.length === 4) throw new Error('a bug')
    }
    const { door, port } = await open({ receive: refuse })
    await send(port, ['bad', 'oops', 'fine!'])
    await expect.poll(() => door.detail()).toMatch(/1 taken, 2 dropped \(last: INTERNAL/)
    const { text } = await metrics.render()
    expect(text).toContain('clew_ingest_datagrams_total{door="test",outcome="DECODE_FAILED"} 1')
  })

  it.skipIf(!existsSync('/proc/net/udp'))('knows how many the system dropped before it could read them', async () => {
    const { door, port } = await open({ receive: async () => {} })
    const socket = createSocket('udp4')
    // Without a pause nobody reads, and far more than any receive buffer holds goes out.
    for (let i = 0; i < 1_000; i++) socket.send(Buffer.alloc(60_000), port, '127.0.0.1')
    await expect.poll(() => door.lost()).toBeGreaterThan(0)
    await new Promise<void>((resolve) => socket.close(resolve))
  })

  it('stays closed where callers need a key, which a datagram cannot show', async () => {
    await expect(open({ host: '0.0.0.0', isKeyless: false })).rejects.toMatchObject({
      code: 'KEY_MISSING',
      message: expect.stringMatching(/^test\.port: /),
    })
  })

  it('names port and setting when the port is taken, and leaves nothing open', async () => {
    const taken = createSocket('udp6')
    await new Promise<void>((resolve) => taken.bind({ port: 0, address: '::1' }, resolve))
    const { port } = taken.address()
    await expect(open({ port })).rejects.toMatchObject({
      code: 'DOOR_TAKEN',
      message: `[::1]:${port} is taken by another program; stop it, or set test.port to another port`,
    })
    const probe = createSocket('udp4')
    await new Promise<void>((resolve) => probe.bind({ port, address: '127.0.0.1' }, resolve))
    probe.close()
    taken.close()
  })

  it('stops when those that it took are on disk, or after the grace', async () => {
    const first = await open()
    await send(first.port, ['slow'])
    await expect.poll(() => first.received).toEqual(['slow'])
    let isStopped = false
    const stopped = first.door.stop(60_000).then(() => {
      isStopped = true
    })
    await send(first.port, ['too late'])
    expect(isStopped).toBe(false)
    first.finish()
    await stopped
    expect(first.received).toEqual(['slow'])

    const second = await open()
    await send(second.port, ['never'])
    await expect.poll(() => second.received).toEqual(['never'])
    await second.door.stop(1)
    second.finish()
    await expect.poll(() => budget.used).toBe(0)
  })
})

describe('dropsIn', () => {
  const TABLE = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  344: 0100007F:1AAF 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 9114 2 0000000000000000 42
  345: 00000000:1AB0 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 9115 2 0000000000000000 7
  346: 0200007F:1AAF 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 9116 2 0000000000000000 1
`
  it('adds up the sockets of a port', () => {
    expect(dropsIn(TABLE, 6831)).toBe(43)
    expect(dropsIn(TABLE, 6832)).toBe(7)
    expect(dropsIn(TABLE, 431)).toBe(0)
    expect(dropsIn('', 6831)).toBe(0)
  })
})
