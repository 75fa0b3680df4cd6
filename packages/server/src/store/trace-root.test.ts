import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRoot, ROOT_HEAD_BYTES, rootService, writeRootHead } from './trace-root.ts'

interface Root {
  readonly rootless: boolean
  readonly start: bigint
  readonly service: string
  readonly name: string
}

function encode({ rootless, start, service, name }: Root): Uint8Array {
  const head = new Uint8Array(ROOT_HEAD_BYTES)
  writeRootHead(head, 0, rootless, Number(start >> 32n), Number(BigInt.asUintN(32, start)))
  return Buffer.concat([head, rootService(Buffer.from(service)), Buffer.from(name)])
}

/** By what the string is made of, one after the other. */
function compare(a: Root, b: Root): number {
  return (
    Number(a.rootless) - Number(b.rootless) ||
    Number(a.start > b.start) - Number(a.start < b.start) ||
    Buffer.compare(Buffer.from(a.service), Buffer.from(b.service)) ||
    Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))
  )
}

const text = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.array(fc.constantFrom('\0', '\u0001', '\u0002', 'a', 'é'), { maxLength: 5 }).map((parts) => parts.join('')),
)
const root: fc.Arbitrary<Root> = fc.record({
  rootless: fc.boolean(),
  start: fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.constantFrom(0n, 1n, 2n ** 32n, 2n ** 63n)),
  service: text,
  name: text,
})

describe('root of a trace', () => {
  it('gives service and name back, whatever bytes they hold', () => {
    fc.assert(
      fc.property(root, (one) => {
        const expected = one.rootless ? undefined : { service: one.service, name: one.name }
        expect(decodeRoot(encode(one))).toEqual(expected)
      }),
    )
  })

  it('sorts as a string as the spans themselves do', () => {
    fc.assert(
      fc.property(root, root, fc.boolean(), (a, other, sameStart) => {
        const b = sameStart ? { ...other, rootless: a.rootless, start: a.start } : other
        expect(Math.sign(Buffer.compare(encode(a), encode(b)))).toBe(Math.sign(compare(a, b)))
      }),
    )
  })

  it('refuses what the block builder never writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 16 }), (bytes) => {
        try {
          decodeRoot(bytes)
        } catch (error) {
          expect(error).toMatchObject({ name: 'DecodeError' })
        }
      }),
    )
    expect(() => decodeRoot(new Uint8Array(12).fill(65))).toThrow('expected a service')
  })
})
