// A folder in samples/ is a test: `input.json` or `input.hex` (protobuf) is decoded and compared with `expected.json`.
// Folders whose name starts with `logs-` hold log requests. `npm run accept` writes what came
// out as expected.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DecodeError, hexFromBytes, type TelemetryBatch } from '@clew/model'
import { describe, expect, it } from 'vitest'
import type { Decoded } from '../codec.ts'
import { logRecordsOf, spansOf } from '../codec-contract.ts'
import { decodeOtlpLogs } from './decode-logs.ts'
import { decodeOtlpSpans, type OtlpEncoding } from './decode-spans.ts'

const samples = fileURLToPath(new URL('samples', import.meta.url))

describe('OTLP samples', () => {
  for (const name of readdirSync(samples)) {
    it(name.replaceAll('-', ' '), async () => {
      const folder = join(samples, name)
      const actual = `${JSON.stringify(decodeSample(folder, name), printable, 2)}\n`
      await expect(actual).toMatchFileSnapshot(join(folder, 'expected.json'))
    })
  }
})

function decodeSample(folder: string, name: string): unknown {
  const isJson = existsSync(join(folder, 'input.json'))
  const encoding: OtlpEncoding = isJson ? 'json' : 'protobuf'
  const body = isJson
    ? new Uint8Array(readFileSync(join(folder, 'input.json')))
    : new Uint8Array(Buffer.from(readFileSync(join(folder, 'input.hex'), 'utf8').replaceAll(/\s/g, ''), 'hex'))
  try {
    if (name.startsWith('logs-')) {
      const decoded = decodeOtlpLogs(body, encoding)
      return { ...outcome(decoded), logRecords: logRecordsOf(decoded.batch) }
    }
    const decoded = decodeOtlpSpans(body, encoding)
    return { ...outcome(decoded), spans: spansOf(decoded.batch) }
  } catch (error) {
    if (error instanceof DecodeError) return { error: error.message }
    throw error
  }
}

function outcome({ batch, rejected, reason }: Decoded<TelemetryBatch>): Record<string, unknown> {
  return { rejected, reason, marks: [...batch.marks.subarray(0, batch.count)] }
}

/** Values that JSON has no word for; the rest of the model is plain. */
function printable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return `hex ${hexFromBytes(value, 0, value.length)}`
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return value
}
