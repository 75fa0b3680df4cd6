// A folder in samples/ is a test: spans in `input.json` (OTLP, or Zipkin's version 1 where the folder begins with
// `zipkin-`), and what ATS tells of them, one text a span. `npm run accept` writes what came out as expected.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { spansOf } from '../../../../codecs/src/codec-contract.ts'
import { SPAN_CODECS } from '../../../../codecs/src/registry.ts'
import { renderSpan } from './render-span.ts'

const SAMPLES = fileURLToPath(new URL('samples', import.meta.url))

it.each(readdirSync(SAMPLES))('%s', async (name) => {
  const codec = SPAN_CODECS[name.startsWith('zipkin-') ? 'zipkin-json-v1' : 'otlp-json']
  const { batch } = codec.decodeSpans(readFileSync(join(SAMPLES, name, 'input.json')))
  const texts = spansOf(batch).map(renderSpan)
  await expect(`${texts.join('\n')}\n`).toMatchFileSnapshot(join(SAMPLES, name, 'expected.txt'))
  for (const text of texts) expect(JSON.parse(text)).toMatchObject({ id: expect.any(String), name: expect.any(String) })
})
