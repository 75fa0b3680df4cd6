// `clew convert`: spans of a file or of standard input from any format into any other, without a server. The file may be
// of any length: what is held in memory is a few megabytes at a time.
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import {
  BodyReader,
  type ConvertedBody,
  type DocumentFormat,
  isWrittenInOrder,
  SpanDocument,
  type SpanFormat,
} from '@clew/codecs'
import { ClewError } from '@clew/model'
import { BodyQueue } from './body-queue.ts'
import { ConversionThreads } from './conversion-threads.ts'

export interface Conversion {
  /** Of the input; sniffed unless given. */
  readonly from?: SpanFormat
  readonly to: DocumentFormat
}

export interface ConversionOptions {
  /** Threads beside this one; none where they are left out. What is written is the same. */
  readonly threads?: ConversionThreads
  /** Bytes of the input that make a piece, and pieces before the threads are asked. */
  readonly pieceBytes?: number
  readonly piecesBeforeThreads?: number
}

export interface ConversionResult {
  readonly spans: number
  /** What a person should know, a line each. */
  readonly notes: readonly string[]
  /** 0: all was read. 1: nothing could be read. 2: a part could not be read. */
  readonly exitCode: 0 | 1 | 2
}

/** Pieces that are read and written at a time; one item (a span, a block, a trace) may be larger. */
const PIECE_BYTES = 1 << 20
const MAX_ITEM_BYTES = 256 << 20
const READ_BYTES = 1 << 20
/** A thread takes about as long to start as these take to convert. */
const PIECES_BEFORE_THREADS = 16

/** Paths are undefined for standard input and output. With one thread all is done in this one. */
export async function convertFile(
  conversion: Conversion,
  inputPath: string | undefined,
  outputPath: string | undefined,
  threadCount = 1,
): Promise<ConversionResult> {
  const input = inputPath === undefined ? process.stdin : createReadStream(inputPath, { highWaterMark: READ_BYTES })
  const output = new Output(outputPath)
  const threads = new ConversionThreads(threadCount - 1)
  try {
    const result = await convert(conversion, input, (bytes) => output.write(bytes), { threads })
    await output.close()
    return result
  } finally {
    await threads.stop()
  }
}

/** `write` resolves when more may come. Rejects with what writing rejects with, and with INTERNAL when a thread ended. */
export async function convert(
  { from, to }: Conversion,
  input: AsyncIterable<Uint8Array>,
  write: (bytes: Uint8Array) => Promise<void>,
  { threads, pieceBytes = PIECE_BYTES, piecesBeforeThreads = PIECES_BEFORE_THREADS }: ConversionOptions = {},
): Promise<ConversionResult> {
  const document = new SpanDocument(to)
  const counts = new Counts()
  const formats = from === undefined ? { to } : { from, to }
  const reader = new BodyReader({ bodyBytes: pieceBytes, itemBytes: MAX_ITEM_BYTES }, from)
  const queue = new BodyQueue(
    { ...formats, threads: isWrittenInOrder(to) ? undefined : threads, bodiesBeforeThreads: piecesBeforeThreads },
    async (converted, offset) => {
      counts.add(converted, offset)
      if (converted.piece !== undefined) for (const bytes of document.append(converted.piece)) await write(bytes)
    },
  )
  const take = async (bodies: ReturnType<BodyReader['push']>) => {
    for (const body of bodies)
      if (!('problem' in body)) await queue.add(reader.family, body)
      else {
        await queue.end()
        counts.addProblem(body.problem.message, body.offset)
      }
  }
  for await (const chunk of readable(unpacked(input), counts)) await take(reader.push(chunk))
  await take(reader.end())
  await queue.end()
  await write(document.end())
  return { spans: counts.spans, notes: counts.notes(to, document, queue.format), exitCode: counts.exitCode }
}

/** What can be read; that the input itself breaks off is counted, and it ends there. */
async function* readable(input: AsyncIterable<Uint8Array>, counts: Counts): AsyncIterable<Uint8Array> {
  const chunks = input[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await chunks.next().catch((error: Error) => error)
      if (next instanceof Error) counts.breakOff(next)
      if (next instanceof Error || next.done) return
      yield next.value
    }
  } finally {
    await chunks.return?.()
  }
}

/** A file or standard output, at the pace it takes bytes. */
class Output {
  readonly #path: string | undefined
  readonly #stream: NodeJS.WritableStream
  #failure: NodeJS.ErrnoException | undefined

  constructor(path: string | undefined) {
    this.#path = path
    this.#stream = path === undefined ? process.stdout : createWriteStream(path)
    this.#stream.on('error', (error) => {
      this.#failure = error
    })
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#failure === undefined && !this.#stream.write(bytes)) await this.#until('drain')
    this.#check()
  }

  async close(): Promise<void> {
    if (this.#path !== undefined && this.#failure === undefined) {
      this.#stream.end()
      await this.#until('finish')
    }
    this.#check()
  }

  #until(event: 'drain' | 'finish'): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        this.#stream.off(event, go).off('error', go)
        resolve()
      }
      this.#stream.on(event, go).on('error', go)
    })
  }

  /** Whoever reads the output may have had enough (`| head`), which is no failure. */
  #check(): void {
    if (this.#failure === undefined || this.#failure.code === 'EPIPE') return
    throw new ClewError('INVALID_ARGUMENT', `${this.#path ?? 'standard output'}: ${this.#failure.message}`)
  }
}

/** What was read, and what was not. */
class Counts {
  spans = 0
  #rejected = 0
  #firstReason = ''
  #problems = 0
  #firstProblem = ''

  add({ piece, problem, rejected, reason }: ConvertedBody, offset: number): void {
    if (piece === undefined) {
      this.addProblem(problem, offset)
      return
    }
    this.spans += piece.spans
    if (rejected > 0 && this.#rejected === 0) this.#firstReason = `${reason} (piece from byte ${offset})`
    this.#rejected += rejected
  }

  addProblem(message: string, offset: number): void {
    if (this.#problems++ === 0) this.#firstProblem = `${message} (piece from byte ${offset})`
  }

  /** The input itself could not be read to its end. */
  breakOff(error: unknown): void {
    if (this.#problems++ === 0) this.#firstProblem = (error as Error).message
  }

  get exitCode(): ConversionResult['exitCode'] {
    if (this.spans === 0) return 1
    return this.#problems === 0 ? 0 : 2
  }

  notes(to: DocumentFormat, document: SpanDocument, from: SpanFormat | undefined): string[] {
    const notes = [`${this.spans} spans: ${from ?? 'nothing known'} → ${to}`]
    if (this.#rejected > 0) notes.push(`${this.#rejected} spans were left out; first: ${this.#firstReason}`)
    if (this.#problems > 0) notes.push(`${this.#problems} pieces could not be read; first: ${this.#firstProblem}`)
    if (document.mended > 0)
      notes.push(`${document.mended} spans had strings that are no UTF-8; as they came under clew.original.…`)
    for (const { what, count } of document.losses.list()) notes.push(`${to} cannot carry: ${count} ${what}`)
    if (to === 'jaeger-json' && document.pieces > 1)
      notes.push(`written in ${document.pieces} pieces: a trace is there once for each piece that has spans of it`)
    return notes
  }
}

/** The input inflated where it is gzip, whatever its name. */
async function* unpacked(input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const chunks = input[Symbol.asyncIterator]()
  const head: Uint8Array[] = []
  let length = 0
  while (length < GZIP_MAGIC.length) {
    const { value, done } = await chunks.next()
    if (done) break
    head.push(value)
    length += value.length
  }
  const whole = joined(head, { [Symbol.asyncIterator]: () => chunks })
  const start = Buffer.concat(head)
  if (!GZIP_MAGIC.every((byte, i) => start[i] === byte)) yield* whole
  // Its errors reach the reader of the unpacked bytes.
  else yield* pipeline(Readable.from(whole), createGunzip({ chunkSize: READ_BYTES }), () => {})
}

async function* joined(head: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield* head
  yield* rest
}

const GZIP_MAGIC = [0x1f, 0x8b]
