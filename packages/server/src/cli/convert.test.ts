import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { decodeOtlpSpans } from '@clew/codecs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Conversion, convert, convertFile } from './convert.ts'

const SPAN = {
  ...{ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', name: 'get', timestamp: 1_700_000_000_000_000, duration: 5 },
  ...{ localEndpoint: { serviceName: 'shop' }, tags: { a: 'b' } },
}

function zipkin(spans: number): string {
  return JSON.stringify(
    Array.from({ length: spans }, (_, i) => ({ ...SPAN, id: (i + 1).toString(16).padStart(16, '0') })),
  )
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function run(conversion: Conversion, input: Uint8Array | string, chunkBytes = 1 << 16) {
  const written: Uint8Array[] = []
  const result = await convert(conversion, chunksOf(Buffer.from(input), chunkBytes), async (bytes) => {
    written.push(bytes)
  })
  return { ...result, bytes: new Uint8Array(Buffer.concat(written)) }
}

describe('clew convert', () => {
  it('makes OTLP protobuf of Zipkin JSON', async () => {
    const { bytes, ...result } = await run({ to: 'otlp-protobuf' }, zipkin(3), 7)
    expect(result).toEqual({ spans: 3, notes: ['3 spans: zipkin-json-v2 → otlp-protobuf'], exitCode: 0 })
    expect(decodeOtlpSpans(bytes, 'protobuf').batch).toMatchObject({ count: 3, origins: [{ service: 'shop' }] })
  })

  it('inflates gzip, whatever the chunks', async () => {
    const packed = Buffer.concat([gzipSync(zipkin(2)), gzipSync('\n')])
    expect(await run({ to: 'otlp-json' }, packed, 1)).toMatchObject({ spans: 2, exitCode: 0 })
  })

  it('goes through a file much longer than what it holds, in pieces', async () => {
    const { bytes, spans, notes } = await run({ to: 'jaeger-json' }, zipkin(12_000))
    expect(spans).toBe(12_000)
    expect(notes.join('\n')).toMatch(/written in \d pieces/)
    const { data } = JSON.parse(Buffer.from(bytes).toString()) as { data: { spans: object[] }[] }
    expect(data.flatMap((trace) => trace.spans)).toHaveLength(12_000)
  })

  it('says how many spans were left out and why the first was', async () => {
    const spans = [{ ...SPAN, id: '1' }, { ...SPAN }, { ...SPAN, id: 'xyz' }]
    const { notes, exitCode } = await run({ to: 'otlp-json' }, JSON.stringify(spans))
    expect(notes[1]).toMatch(/^2 spans were left out; first: .*span 1: id is missing.*\(piece from byte 1\)$/)
    expect(exitCode).toBe(0)
  })

  it('says what the format cannot carry', async () => {
    const fine = { ...SPAN, id: '1', timestamp: SPAN.timestamp + 1 }
    const { notes } = await run({ to: 'newrelic' }, JSON.stringify([fine]))
    expect(notes).toContain('newrelic cannot carry: 1 times finer than a millisecond')
  })

  it('keeps what was whole before the input broke off, and says so', async () => {
    const { bytes, notes, exitCode } = await run({ to: 'zipkin-json-v2' }, zipkin(3).slice(0, -20))
    expect(JSON.parse(Buffer.from(bytes).toString())).toHaveLength(2)
    expect(notes[1]).toMatch(/^1 pieces could not be read; first: .*got the end/)
    expect(exitCode).toBe(2)
    const cutGzip = await run({ to: 'otlp-json' }, gzipSync(zipkin(3)).subarray(0, -30))
    expect(cutGzip.notes.join()).toMatch(/could not be read; first: unexpected end of file/)
  })

  it.each(['', 'hello', '[]', '{"a":1}'])('fails where there is nothing to read: %j', async (input) => {
    expect(await run({ to: 'otlp-json' }, input)).toMatchObject({ spans: 0, exitCode: 1 })
  })

  it('takes the format as said, though the bytes look like another', async () => {
    const { exitCode, notes } = await run({ from: 'zipkin-json-v1', to: 'otlp-json' }, zipkin(1))
    expect(exitCode).toBe(1)
    expect(notes.join()).toMatch(/is a field of JSON_V2/)
  })

  describe('with files', () => {
    let folder: string
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'clew-convert-'))
    })
    afterEach(() => rm(folder, { recursive: true, force: true }))

    it('reads one and writes one', async () => {
      const [input, output] = [join(folder, 'in.json'), join(folder, 'out.ndjson')]
      await writeFile(input, zipkin(2))
      expect(await convertFile({ to: 'otlp-json-lines' }, input, output)).toMatchObject({ spans: 2, exitCode: 0 })
      expect(JSON.parse(await readFile(output, 'utf8'))).toHaveProperty('resourceSpans')
    })

    it('says which file it cannot open', async () => {
      const [input, output] = [join(folder, 'in.json'), join(folder, 'out.json')]
      expect(await convertFile({ to: 'otlp-json' }, input, output)).toMatchObject({
        notes: [expect.anything(), expect.stringContaining(input)],
        exitCode: 1,
      })
      await writeFile(input, zipkin(1))
      await expect(convertFile({ to: 'otlp-json' }, input, join(folder, 'no', 'out.json'))).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('out.json'),
      })
    })
  })
})
