import { Worker } from 'node:worker_threads'
import { DOCUMENT_FORMATS, decodeOtlpSpans, SPAN_CODECS, SPAN_FORMATS, type SpanFormat } from '@clew/codecs'
import type { Span } from '@clew/model'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anySpan, spansOf } from '../../../codecs/src/codec-contract.ts'
import { processFromResource } from '../../../codecs/src/jaeger-model/process-resource.ts'
import { toJaegerSpan } from '../../../codecs/src/jaeger-model/to-jaeger-span.ts'
import { thriftBatch } from '../../../codecs/src/jaeger-thrift/thrift-batch-contract.ts'
import { readInputs } from '../../../codecs/src/samples-contract.ts'
import { i64, text, thriftList, thriftStruct } from '../../../codecs/src/wire/thrift-values-contract.ts'
import { ConversionThreads } from './conversion-threads.ts'
import { type Conversion, convert } from './convert.ts'

const SAMPLE_FOLDERS = ['otlp', 'jaeger-json', 'jaeger-proto', 'zipkin-json-v1', 'zipkin-json-v2']

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

async function run(conversion: Conversion, input: Uint8Array, pieceBytes: number, threads?: ConversionThreads) {
  const written: Uint8Array[] = []
  const options = { pieceBytes, piecesBeforeThreads: 0, ...(threads === undefined ? {} : { threads }) }
  const take = async (bytes: Uint8Array) => {
    written.push(bytes.slice())
  }
  const result = await convert(conversion, chunksOf(input, 4096), take, options)
  return { ...result, text: Buffer.concat(written).toString('latin1') }
}

/** With times: where New Relic is told none, it takes that of reading. */
const spansToWrite: readonly Span[] = fc.sample(anySpan, { numRuns: 60, seed: 1 }).map((span) => ({
  ...span,
  ...{ startTimeUnixNano: 1_700_000_000_000_000_000n, endTimeUnixNano: 1_700_000_000_001_000_000n },
}))

describe('clew convert with threads', () => {
  let threads: ConversionThreads
  beforeAll(() => {
    threads = new ConversionThreads(1)
  })
  afterAll(() => threads.stop())

  it.each(SPAN_FORMATS)('writes the same of %s in any format, and says the same', async (from) => {
    const input = inputOf(from)
    for (const to of DOCUMENT_FORMATS) {
      const alone = await run({ from, to }, input, 2000)
      expect(await run({ from, to }, input, 2000, threads)).toEqual(alone)
      expect(alone.spans).toBeGreaterThan(0)
    }
  })

  it('writes the same of what is broken, whatever the pieces, and says the same', async () => {
    const inputs = SAMPLE_FOLDERS.flatMap((folder) =>
      readInputs(new URL(`../../../codecs/src/${folder}/samples/`, import.meta.url)),
    )
    const broken = fc
      .array(fc.tuple(fc.constantFrom(...inputs), fc.nat()), { minLength: 1, maxLength: 4 })
      .map((parts) => Buffer.concat(parts.map(([bytes, cut]) => bytes.subarray(0, bytes.length - (cut % 3)))))
    await fc.assert(
      fc.asyncProperty(broken, fc.integer({ min: 1, max: 3000 }), async (input, pieceBytes) => {
        const to = 'otlp-json-lines'
        expect(await run({ to }, input, pieceBytes, threads)).toEqual(await run({ to }, input, pieceBytes))
      }),
      { numRuns: 60 },
    )
  })

  it('turns to the other version of Zipkin with the same piece, though later ones were under way', async () => {
    const bare = { traceId: '1', id: '2', name: 'a'.repeat(100) }
    const first = { traceId: '1', id: '3', name: 'b', binaryAnnotations: [] }
    const input = Buffer.from(JSON.stringify([bare, bare, first, bare, bare, bare]))
    const alone = await run({ to: 'otlp-json' }, input, 50)
    expect(alone.notes).toEqual(['6 spans: zipkin-json-v1 → otlp-json'])
    expect(await run({ to: 'otlp-json' }, input, 50, threads)).toEqual(alone)
  })

  it('reads no further than a few pieces ahead of what was written', async () => {
    const input = SPAN_CODECS['zipkin-json-v2'].encodeSpans(spansToWrite)
    let taken = 0
    async function* watched(): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunksOf(input, 500)) {
        taken += chunk.length
        yield chunk
      }
    }
    let isBlocked = true
    let release = () => {}
    const blocked = new Promise<void>((resolve) => {
      release = resolve
    })
    const conversion = convert({ to: 'zipkin-json-v2' }, watched(), () => (isBlocked ? blocked : Promise.resolve()), {
      ...{ threads, pieceBytes: 500, piecesBeforeThreads: 0 },
    })
    await settled(() => taken)
    expect(taken).toBeLessThan(input.length / 2)
    isBlocked = false
    release()
    expect((await conversion).spans).toBe(60)
  })
})

describe('a thread of clew convert that dies', () => {
  it.each([
    ['throws', 'throw new Error("no memory left")', /a thread of the conversion failed: no memory left/],
    ['ends', 'process.exit(3)', /a thread of the conversion failed: it ended/],
  ])('and %s ends the command, which says so', async (_, code, message) => {
    const start = () =>
      new Worker(`require('node:worker_threads').parentPort.on('message', () => { ${code} })`, { eval: true })
    const threads = new ConversionThreads(1, start)
    const input = SPAN_CODECS['otlp-protobuf'].encodeSpans(spansToWrite)
    await expect(run({ to: 'otlp-json' }, Buffer.concat([input, input]), 100, threads)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching(message),
    })
    await threads.stop()
  })

  it('is none that was stopped', async () => {
    const threads = new ConversionThreads(1)
    const input = SPAN_CODECS['otlp-protobuf'].encodeSpans(spansToWrite)
    const { text, exitCode } = await run({ to: 'otlp-protobuf' }, input, 100, threads)
    await threads.stop()
    expect(exitCode).toBe(0)
    expect(spansOf(decodeOtlpSpans(Buffer.from(text, 'latin1'), 'protobuf').batch)).toHaveLength(60)
  })
})

/** Resolves when the value stays the same for many turns of the event loop. */
async function settled(value: () => number): Promise<void> {
  let before = -1
  for (let same = 0; same < 200; same = value() === before ? same + 1 : 0) {
    before = value()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The spans in a format, also where Clew only reads it. */
function inputOf(format: SpanFormat): Uint8Array {
  if (format === 'zipkin-thrift')
    return thriftList(
      spansToWrite.map((span, i) => ({ 1: i64(1n), 3: text(span.name), 4: i64(BigInt(i + 1)), 10: i64(5n) })),
      'binary',
    )
  if (format === 'jaeger-thrift-binary' || format === 'jaeger-thrift-compact')
    return thriftStruct(
      thriftBatch(
        spansToWrite.map((span) => ({ span: toJaegerSpan(span), process: processFromResource(span.resource) })),
      ),
      format === 'jaeger-thrift-binary' ? 'binary' : 'compact',
    )
  return SPAN_CODECS[format].encodeSpans(spansToWrite)
}
