import type { Acknowledgement } from '@clew/model'
import { expect, test } from 'vitest'
import { ManualTime, requestOf } from '../journal/journal-run-contract.ts'
import { MemoryDisk } from '../journal/memory-disk-contract.ts'
import { RequestEntries } from '../journal/request-log.ts'
import { RequestMemory } from './request-memory.ts'

const MINUTE = 60_000
const STORED: Acknowledgement = { repeated: false, warnings: [] }
const REPEATED: Acknowledgement = { repeated: true, warnings: [] }

function open(disk: MemoryDisk, time: ManualTime, maxIdentities = 1_000): Promise<RequestMemory> {
  return RequestMemory.open({ dataFolder: '/data', files: disk, clock: time, maxIdentities })
}

async function send(memory: RequestMemory, name: string): Promise<Acknowledgement> {
  return memory.once(memory.identify(requestOf(name)), async () => STORED)
}

function entriesOf(memory: RequestMemory, time: ManualTime, ...names: string[]): Uint8Array {
  const entries = new RequestEntries()
  for (const name of names) entries.add(time.nowMs(), memory.identify(requestOf(name)))
  return entries.bytes
}

test('tells a repeated request for ten minutes and no longer than eleven', async () => {
  const time = new ManualTime()
  const memory = await open(new MemoryDisk(), time)
  expect(await send(memory, 'a')).toEqual(STORED)
  expect(await send(memory, 'b')).toEqual(STORED)
  await time.advance(10 * MINUTE)
  expect(await send(memory, 'a')).toEqual(REPEATED)
  await time.advance(MINUTE)
  expect(await send(memory, 'b')).toEqual(STORED)
})

test('starts with what a crash of the machine made of its log: torn, or zeros at the end', async () => {
  const disk = new MemoryDisk()
  const time = new ManualTime()
  const memory = await open(disk, time)
  await memory.persist(entriesOf(memory, time, 'a'))
  const [path] = disk.paths().filter((name) => name.includes('/requests-'))
  const whole = await disk.read(path!)
  for (const tail of [new Uint8Array(64), new Uint8Array(7).fill(1), new Uint8Array(12).fill(255)]) {
    await disk.remove(path!)
    const file = await disk.create(path!)
    await file.write([whole, tail])
    expect(await send(await open(disk, time), 'a')).toEqual(REPEATED)
  }
})

test('a request is another one when its tenant, its door or one byte of a body of any length differs', async () => {
  const memory = await open(new MemoryDisk(), new ManualTime())
  for (const length of [0, 100, 4_096, 4_097, 300_000]) {
    const request = { ...requestOf(''), body: new Uint8Array(length) }
    const others = [
      request,
      { ...request, tenant: 'other' },
      { ...request, door: 'otlp-http/logs' },
      { ...request, body: new Uint8Array(length + 1) },
      { ...request, body: new Uint8Array(length).fill(1, length - 1) },
    ]
    const identities = others.map((other) => Buffer.from(memory.identify(other)).toString('hex'))
    expect(new Set(identities).size).toBe(length === 0 ? 4 : 5)
    expect(Buffer.from(memory.identify({ ...request })).toString('hex')).toBe(identities[0])
    expect(identities[0]).toHaveLength(32)
  }
})

test('a tenant cannot continue into a door', async () => {
  const memory = await open(new MemoryDisk(), new ManualTime())
  const body = new Uint8Array()
  const one = memory.identify({ tenant: 'a', door: 'b\0c', body })
  const other = memory.identify({ tenant: 'a\0b', door: 'c', body })
  expect(one).not.toEqual(other)
})

test('a second copy in flight waits for the first and gets its answer', async () => {
  const memory = await open(new MemoryDisk(), new ManualTime())
  const identity = memory.identify(requestOf('a'))
  let finish: (acknowledgement: Acknowledgement) => void = () => {}
  const first = memory.once(identity, () => new Promise((resolve) => (finish = resolve)))
  let runs = 0
  const second = memory.once(identity, async () => {
    runs++
    return STORED
  })
  finish({ repeated: false, warnings: ['cut'] })
  expect(await first).toEqual({ repeated: false, warnings: ['cut'] })
  expect(await second).toEqual({ repeated: true, warnings: ['cut'] })
  expect(runs).toBe(0)
})

test('when the first fails the second is tried, and the third waits for it', async () => {
  const memory = await open(new MemoryDisk(), new ManualTime())
  const identity = memory.identify(requestOf('a'))
  let fail: (error: Error) => void = () => {}
  const first = memory.once(identity, () => new Promise((_, reject) => (fail = reject)))
  let runs = 0
  const store = async () => {
    runs++
    return STORED
  }
  const others = [memory.once(identity, store), memory.once(identity, store)]
  fail(new Error('disk'))
  await expect(first).rejects.toThrow('disk')
  expect(await Promise.all(others)).toEqual([STORED, REPEATED])
  expect(runs).toBe(1)
})

test('knows what was persisted after a loss of power, until it is too old', async () => {
  const disk = new MemoryDisk()
  const time = new ManualTime()
  const memory = await open(disk, time)
  await memory.persist(entriesOf(memory, time, 'a'))
  await time.advance(2 * MINUTE)
  await memory.persist(entriesOf(memory, time, 'b'))
  const later = disk.reborn('durable')
  const again = await open(later, time)
  expect(await send(again, 'a')).toEqual(REPEATED)
  expect(await send(again, 'b')).toEqual(REPEATED)
  await time.advance(9 * MINUTE)
  const last = await open(later.reborn('durable'), time)
  expect(await send(last, 'a')).toEqual(STORED)
  expect(await send(last, 'b')).toEqual(REPEATED)
})

test('removes log files that are too old, at start and while it runs', async () => {
  const disk = new MemoryDisk()
  const time = new ManualTime()
  const memory = await open(disk, time)
  for (let minute = 0; minute < 30; minute++) {
    await memory.persist(entriesOf(memory, time, `request ${minute}`))
    await time.advance(MINUTE)
  }
  const logs = (on: MemoryDisk) => on.paths().filter((path) => path.endsWith('.log')).length
  expect(logs(disk)).toBeLessThanOrEqual(12)
  await time.advance(30 * MINUTE)
  const later = disk.reborn()
  await open(later, time)
  expect(logs(later)).toBe(0)
})

test('a damaged log forgets the rest of that file and nothing else', async () => {
  const disk = new MemoryDisk()
  const time = new ManualTime()
  const memory = await open(disk, time)
  await memory.persist(entriesOf(memory, time, 'a'))
  await memory.persist(entriesOf(memory, time, 'b'))
  const path = disk.paths().find((candidate) => candidate.endsWith('.log'))!
  disk.corrupt(path, (bytes) => bytes.fill(9, bytes.length - 4))
  const again = await open(disk.reborn(), time)
  expect(await send(again, 'a')).toEqual(REPEATED)
  expect(await send(again, 'b')).toEqual(STORED)
})

test('goes back in time without losing a file', async () => {
  const disk = new MemoryDisk()
  const memory = await open(disk, new ManualTime(1_000_000))
  await memory.persist(entriesOf(memory, new ManualTime(1_000_000), 'a'))
  const earlier = new ManualTime(900_000)
  const later = disk.reborn()
  const again = await open(later, earlier)
  await again.persist(entriesOf(again, earlier, 'b'))
  const last = await open(later.reborn(), earlier)
  expect([await send(last, 'a'), await send(last, 'b')]).toEqual([REPEATED, REPEATED])
})

test('beyond its bound the window shortens, and says so', async () => {
  const time = new ManualTime()
  const memory = await open(new MemoryDisk(), time, 100)
  for (let i = 0; i < 300; i++) {
    await time.advance(1_000)
    await send(memory, `request ${i}`)
  }
  const { identities, coveredMs, windowMs } = memory.state()
  expect(windowMs).toBe(10 * MINUTE)
  expect(identities).toBeLessThanOrEqual(100)
  expect(coveredMs).toBeGreaterThan(80_000)
  expect(coveredMs).toBeLessThanOrEqual(100_000)
  expect(await send(memory, 'request 299')).toEqual(REPEATED)
  expect(await send(memory, 'request 220')).toEqual(REPEATED)
  expect(await send(memory, 'request 0')).toEqual(STORED)
})
