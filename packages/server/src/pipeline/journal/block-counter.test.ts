import { expect, test } from 'vitest'
import { BlockCounter } from './block-counter.ts'
import { settled } from './journal-run-contract.ts'
import { MemoryDisk } from './memory-disk-contract.ts'

const take = async (counter: BlockCounter, count: number) => {
  const blocks: bigint[] = []
  for (let i = 0; i < count; i++) blocks.push(await counter.take())
  return blocks
}

test('counts up under one store id', async () => {
  const blocks = await take(await BlockCounter.open(new MemoryDisk(), '/j', []), 600)
  expect(blocks.every((block, i) => block === blocks[0]! + BigInt(i))).toBe(true)
  expect(blocks[0]! & 0xff_ffff_ffffn).toBe(1n)
})

test('gives no number twice when the machine dies at any step', async () => {
  for (let step = 0; step < 20; step++) {
    const disk = new MemoryDisk()
    let steps = 0
    disk.before = () => {
      if (steps++ === step) disk.die()
    }
    const given = new Set<bigint>()
    void (async () => {
      const counter = await BlockCounter.open(disk, '/j', [])
      for (let i = 0; i < 300; i++) given.add(await counter.take())
    })()
    await settled()
    const again = await take(await BlockCounter.open(disk.reborn('durable'), '/j', []), 300)
    expect(again.some((block) => given.has(block))).toBe(false)
  }
})

test('goes on after the blocks in use when its file is behind them', async () => {
  const disk = new MemoryDisk()
  const [first] = await take(await BlockCounter.open(disk, '/j', []), 1)
  const inUse = [first! + 10_000n, 5n]
  const [next] = await take(await BlockCounter.open(disk, '/j', inUse), 1)
  expect(next).toBe(first! + 10_001n)
})

test('takes a new store id when its file is damaged', async () => {
  const disk = new MemoryDisk()
  await take(await BlockCounter.open(disk, '/j', []), 1)
  disk.corrupt('/j/block-counter', (bytes) => {
    bytes[9] = 77
    return bytes
  })
  const [next] = await take(await BlockCounter.open(disk, '/j', []), 1)
  expect(next! & 0xff_ffff_ffffn).toBe(1n)
})
