// `clew convert` of a file of Zipkin JSON, one array, into OTLP protobuf: spans a second from the start of the process to
// its end, and how much memory it takes at most. Asked of the built command, as users run it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeOtlpSpans, SpanDocument } from '@clew/codecs'
import type { BenchCase, BenchContext } from '../bench-case.ts'
import { encodeLoad } from '../load/encode-load.ts'
import { createLoad } from '../load/load.ts'
import { memory } from '../process-figures.ts'
import { round } from '../statistics.ts'
import { sizeOf } from './ingest.ts'

const SPANS_PER_SECOND = 100_000
/** Flat: a file of any length takes what the process and a few pieces take. */
const MOST_MIB = 300
const COMMAND = ['--max-semi-space-size=32', 'packages/server/bin/clew.cjs', 'convert', '--to', 'otlp-protobuf']

export const conversion: BenchCase = {
  name: 'convert',
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), 'clew-bench-'))
    try {
      const [input, output] = [join(folder, 'zipkin.json'), join(folder, 'traces.pb')]
      const spans = await writeZipkin(context, input)
      context.say(`converting ${spans} spans of Zipkin JSON`)
      const started = performance.now()
      const peakMib = await runConvert(input, output)
      const spansPerSecond = (spans * 1000) / (performance.now() - started)
      const { batch } = decodeOtlpSpans((await readFile(output)).subarray(0), 'protobuf')
      if (batch.count !== spans) throw new Error(`expected ${spans} spans in ${output}, got ${batch.count}`)
      const mib = (await stat(input)).size / 2 ** 20
      return [
        {
          what: 'clew convert, Zipkin JSON to OTLP protobuf',
          measured: `${round(spansPerSecond, 0)} spans/s`,
          goal: `≥ ${SPANS_PER_SECOND} spans/s`,
          met: spansPerSecond >= SPANS_PER_SECOND,
          figures: { spansPerSecond },
        },
        {
          what: `memory at most while it goes through ${round(mib, 0)} MiB`,
          measured: `${round(peakMib, 0)} MiB`,
          goal: `≤ ${MOST_MIB} MiB`,
          met: peakMib <= MOST_MIB,
          figures: { peakMib },
        },
      ]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** One array, written request by request. */
async function writeZipkin(context: BenchContext, path: string): Promise<number> {
  const load = createLoad(sizeOf(context))
  const document = new SpanDocument('zipkin-json-v2')
  const file = createWriteStream(path)
  for (const { bytes } of encodeLoad(load))
    for (const piece of document.add(decodeOtlpSpans(bytes, 'protobuf').batch))
      if (!file.write(piece)) await once(file, 'drain')
  file.end(document.end())
  await once(file, 'close')
  return load.spanCount
}

/** The highest resident memory that was seen. */
async function runConvert(input: string, output: string): Promise<number> {
  const child = spawn(process.execPath, [...COMMAND, input, '-o', output], { stdio: ['ignore', 'ignore', 'inherit'] })
  let peakMib = 0
  const watch = setInterval(() => {
    memory(child.pid!).then(
      (now) => {
        peakMib = Math.max(peakMib, now.peakMib)
      },
      () => {},
    )
  }, 50)
  const [code] = (await once(child, 'exit')) as [number | null]
  clearInterval(watch)
  if (code !== 0) throw new Error(`clew convert ended with ${code}`)
  return peakMib
}
