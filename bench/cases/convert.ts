// `clew convert` of a file of Zipkin JSON, one array, into OTLP protobuf, with one thread and with two: spans a second from
// the start of the process to its end, what a span takes of the CPU, and how much memory the command takes at most. Asked
// of the built command, as users run it; both must write the same bytes.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeOtlpSpans, SpanDocument, type SpanPart, SpanReader } from '@clew/codecs'
import type { BenchCase, BenchContext } from '../bench-case.ts'
import { encodeLoad } from '../load/encode-load.ts'
import { createLoad } from '../load/load.ts'
import { cpuSeconds, memory } from '../process-figures.ts'
import type { Row } from '../report.ts'
import { round } from '../statistics.ts'
import { sizeOf } from './ingest.ts'

/** To reach, by the number of threads. */
const SPANS_PER_SECOND = new Map([
  [1, 100_000],
  [2, 150_000],
])
/** Flat: a file of any length takes what the process, a few pieces and the second thread take. */
const MOST_MIB = 300
const COMMAND = [
  '--max-semi-space-size=32',
  '--no-parallel-scavenge',
  'packages/server/bin/clew.cjs',
  'convert',
  '--to',
  'otlp-protobuf',
]

export const conversion: BenchCase = {
  name: 'convert',
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), 'clew-bench-'))
    try {
      const [input, output] = [join(folder, 'zipkin.json'), join(folder, 'traces.pb')]
      const spans = await writeZipkin(context, input)
      const bytes = (await stat(input)).size
      const rows: Row[] = []
      let written = ''
      for (const [threads, reach] of SPANS_PER_SECOND) {
        context.say(`converting ${spans} spans of Zipkin JSON, threads: ${threads}`)
        const figures = await runConvert(input, output, threads)
        if (written === '') await checkSpans(output, spans)
        const hash = await hashOf(output)
        if (written !== '' && hash !== written) throw new Error(`with ${threads} threads the output is another`)
        written = hash
        rows.push(...rowsOf(threads, reach, spans, bytes, figures))
      }
      return rows
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

interface Figures {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMib: number
}

function rowsOf(threads: number, reach: number, spans: number, bytes: number, figures: Figures): Row[] {
  const { seconds, peakMib } = figures
  const spansPerSecond = spans / seconds
  const bytesPerSecond = bytes / seconds
  const cpuMicrosPerSpan = (figures.cpuSeconds * 1e6) / spans
  const mib = round(bytes / 2 ** 20, 0)
  return [
    {
      what: `clew convert, Zipkin JSON to OTLP protobuf, threads: ${threads}`,
      measured:
        `${round(spansPerSecond, 0)} spans/s, ${round(bytesPerSecond / 1e6, 0)} MB/s; ` +
        `${round(cpuMicrosPerSpan)} µs of CPU a span`,
      goal: `≥ ${reach} spans/s`,
      met: spansPerSecond >= reach,
      figures: { spansPerSecond, bytesPerSecond, cpuMicrosPerSpan },
    },
    {
      what: `memory at most while it goes through one array of ${mib} MiB, threads: ${threads}`,
      measured: `${round(peakMib, 0)} MiB`,
      goal: `≤ ${MOST_MIB} MiB`,
      met: peakMib <= MOST_MIB,
      figures: { peakMib },
    },
  ]
}

/** Piece by piece: one request may hold eight million attributes at most. */
async function checkSpans(path: string, expected: number): Promise<void> {
  const reader = new SpanReader({ bodyBytes: 1 << 20, itemBytes: 64 << 20, format: 'otlp-protobuf' })
  let spans = 0
  const count = (parts: Iterable<SpanPart>) => {
    for (const part of parts) {
      if ('problem' in part) throw part.problem
      spans += part.decoded.batch.count
    }
  }
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) count(reader.push(chunk as Buffer))
  count(reader.end())
  if (spans !== expected) throw new Error(`expected ${expected} spans in ${path}, got ${spans}`)
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
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

/** CPU time and the highest memory are the last that were seen. */
async function runConvert(input: string, output: string, threads: number): Promise<Figures> {
  const started = performance.now()
  const child = spawn(process.execPath, [...COMMAND, '--threads', String(threads), input, '-o', output], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const seen = { cpuSeconds: 0, peakMib: 0 }
  const watch = setInterval(() => {
    Promise.all([memory(child.pid!), cpuSeconds(child.pid!)]).then(
      ([{ peakMib }, cpu]) => {
        seen.peakMib = Math.max(seen.peakMib, peakMib)
        seen.cpuSeconds = Math.max(seen.cpuSeconds, cpu)
      },
      () => {},
    )
  }, 50)
  const [code] = (await once(child, 'exit')) as [number | null]
  const seconds = (performance.now() - started) / 1000
  clearInterval(watch)
  if (code !== 0) throw new Error(`clew convert ended with ${code}`)
  return { seconds, ...seen }
}
