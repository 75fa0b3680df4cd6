// A folder in samples/ is a test: spans that an agent sent, in a stream (`input.hex`, a SpanBatch) or in a harvest
// (`input.json`, the body of span_event_data), against `expected.json`. `npm run accept` writes what came out as
// expected.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SpanBatch } from '@clew/model'
import { describe, expect, it } from 'vitest'
import type { Decoded } from '../codec.ts'
import { spansOf } from '../codec-contract.ts'
import type { AgentSpanOptions } from './agent-span-writer.ts'
import { decodeSpanEventData } from './decode-span-event-data.ts'
import { decodeSpanMessages } from './decode-span-messages.ts'

const samples = fileURLToPath(new URL('samples', import.meta.url))
const options: AgentSpanOptions = {
  hash: (text) => createHash('sha256').update(text).digest(),
  resource: {
    attributes: [{ key: 'service.name', value: { type: 'string', value: 'shop' } }],
    droppedAttributesCount: 0,
    schemaUrl: '',
  },
}

describe('Samples of agents', () => {
  for (const name of readdirSync(samples)) {
    it(name.replaceAll('-', ' '), async () => {
      const folder = join(samples, name)
      const { batch, rejected, reason } = decodeSample(folder)
      const actual = `${JSON.stringify({ rejected, reason, spans: spansOf(batch) }, printable, 2)}\n`
      await expect(actual).toMatchFileSnapshot(join(folder, 'expected.json'))
    })
  }
})

function decodeSample(folder: string): Decoded<SpanBatch> {
  const streamPath = join(folder, 'input.hex')
  if (!existsSync(streamPath)) return decodeSpanEventData(readFileSync(join(folder, 'input.json')), options)
  return decodeSpanMessages(Buffer.from(readFileSync(streamPath, 'utf8').replaceAll('\n', ''), 'hex'), options)
}

function printable(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
