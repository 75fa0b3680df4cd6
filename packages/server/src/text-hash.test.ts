import { describe, expect, it } from 'vitest'
import { MemoryDisk } from './pipeline/journal/memory-disk-contract.ts'
import { openTextHash } from './text-hash.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('the hash of texts', () => {
  it('is the same after a restart on the folder, and another one on another folder', async () => {
    const disk = new MemoryDisk()
    const first = await openTextHash('/data', disk)
    const again = await openTextHash('/data', disk)
    const elsewhere = await openTextHash('/data', new MemoryDisk())
    expect(hex(again('trace:ABC'))).toBe(hex(first('trace:ABC')))
    expect(hex(elsewhere('trace:ABC'))).not.toBe(hex(first('trace:ABC')))
    expect(first('trace:ABC')).toHaveLength(32)
  })

  it('has its key on disk for good before the first text is hashed', async () => {
    const disk = new MemoryDisk()
    const before = await openTextHash('/data', disk)
    const after = await openTextHash('/data', disk.reborn('durable'))
    expect(hex(after('ABC'))).toBe(hex(before('ABC')))
  })

  it('is that of the settings where several nodes share one key', async () => {
    const key = 'ab'.repeat(32)
    const [one, other] = await Promise.all(
      ['/one', '/other'].map((folder) => openTextHash(folder, new MemoryDisk(), key)),
    )
    expect(hex(one!('trace:ABC'))).toBe(hex(other!('trace:ABC')))
  })
})
