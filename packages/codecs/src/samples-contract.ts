// Samples of a format: a folder in `samples/` is a test, whose `input.json`, `input.txt` or `input.hex` is decoded and
// compared with `expected.json`. `npm run accept` writes what came out as expected.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DecodeError, hexFromBytes, type SpanBatch } from '@clew/model'
import { describe, expect, it } from 'vitest'
import type { Decoded } from './codec.ts'
import { spansOf } from './codec-contract.ts'

/** `folder` holds the samples; spans are shown as the model has them. */
export function describeSamples(format: string, folder: URL, decode: (body: Uint8Array) => Decoded<SpanBatch>): void {
  const samples = fileURLToPath(folder)

  describe(`${format} samples`, () => {
    for (const name of readdirSync(samples)) {
      it(name.replaceAll('-', ' '), async () => {
        const sample = join(samples, name)
        const actual = `${JSON.stringify(outcome(readInput(sample), decode), printable, 2)}\n`
        await expect(actual).toMatchFileSnapshot(join(sample, 'expected.json'))
      })
    }
  })
}

/** The bytes of a sample's input. */
export function readInput(sample: string): Uint8Array {
  const hex = join(sample, 'input.hex')
  if (existsSync(hex)) return new Uint8Array(Buffer.from(readFileSync(hex, 'utf8').replaceAll(/\s/g, ''), 'hex'))
  const json = join(sample, 'input.json')
  return new Uint8Array(readFileSync(existsSync(json) ? json : join(sample, 'input.txt')))
}

/** The inputs of all samples in a folder. */
export function readInputs(folder: URL): Uint8Array[] {
  const samples = fileURLToPath(folder)
  return readdirSync(samples).map((name) => readInput(join(samples, name)))
}

function outcome(body: Uint8Array, decode: (body: Uint8Array) => Decoded<SpanBatch>): unknown {
  try {
    const { batch, rejected, reason } = decode(body)
    return { rejected, reason, marks: [...batch.marks.subarray(0, batch.count)], spans: spansOf(batch) }
  } catch (error) {
    if (error instanceof DecodeError) return { error: error.message }
    throw error
  }
}

/** Values that JSON has no word for; the rest of the model is plain. */
function printable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return `hex ${hexFromBytes(value, 0, value.length)}`
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return value
}
