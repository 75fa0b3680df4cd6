// A folder in samples/ is a test: `input.json` is decoded and compared with `expected.json`, which also holds the spans
// written in the format again. `npm run accept` writes what came out as expected.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DecodeError } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { spansOf } from '../codec-contract.ts'
import { decodeNewRelicSpans } from './decode-spans.ts'
import { encodeNewRelicSpans } from './encode-spans.ts'

const samples = fileURLToPath(new URL('samples', import.meta.url))
const NOW = { nowUnixNano: 1_764_000_000_000_000_000n }

describe('New Relic samples', () => {
  for (const name of readdirSync(samples)) {
    it(name.replaceAll('-', ' '), async () => {
      const folder = join(samples, name)
      const actual = `${JSON.stringify(decodeSample(folder), printable, 2)}\n`
      await expect(actual).toMatchFileSnapshot(join(folder, 'expected.json'))
    })
  }
})

function decodeSample(folder: string): unknown {
  const body = new Uint8Array(readFileSync(join(folder, 'input.json')))
  try {
    const { batch, rejected, reason } = decodeNewRelicSpans(body, NOW)
    const spans = spansOf(batch)
    return {
      rejected,
      reason,
      marks: [...batch.marks.subarray(0, batch.count)],
      spans,
      encoded: JSON.parse(new TextDecoder().decode(encodeNewRelicSpans(spans))),
    }
  } catch (error) {
    if (error instanceof DecodeError) return { error: error.message }
    throw error
  }
}

function printable(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
