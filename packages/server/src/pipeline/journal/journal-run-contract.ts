// A pipeline on a MemoryDisk with senders that do what real ones do: send again until they have an answer. Time passes
// only when nothing else can happen.
import { type Acknowledgement, allocateSpanBatch, ClewError, type RequestContext, type SpanBatch } from '@clew/model'
import { ByteBudget } from '../byte-budget.ts'
import { openPipeline, type Pipeline } from '../pipeline.ts'
import type { JournalLimits } from './journal-limits.ts'
import type { JournalLog } from './journal-log.ts'
import type { MemoryDisk } from './memory-disk-contract.ts'
import type { SegmentSink } from './segment-sink.ts'
import type { Timers } from './timers.ts'

export const DATA_FOLDER = '/data'
export const SILENT: JournalLog = { info() {}, warn() {}, error() {} }

/** Time that a test moves. */
export class ManualTime implements Timers {
  #nowMs: number
  #waiting: { readonly atMs: number; readonly run: () => void }[] = []

  constructor(nowMs = Date.UTC(2026, 10, 1, 12)) {
    this.#nowMs = nowMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run }
    this.#waiting.push(timer)
    return () => {
      this.#waiting = this.#waiting.filter((waiting) => waiting !== timer)
    }
  }

  /** Runs what is due on the way, in order. */
  async advance(ms: number): Promise<void> {
    const until = this.#nowMs + ms
    for (;;) {
      const next = this.#waiting.filter(({ atMs }) => atMs <= until).sort((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined) break
      this.#waiting = this.#waiting.filter((waiting) => waiting !== next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.run()
      await settled()
    }
    this.#nowMs = until
    await settled()
  }
}

/** Resolves when everything that needs no time has happened. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

export function openOn(
  disk: MemoryDisk,
  sink: SegmentSink,
  time: ManualTime,
  options: { limits?: Partial<JournalLimits>; diskReserveBytes?: number; budget?: ByteBudget } = {},
): Promise<Pipeline> {
  return openPipeline({
    dataFolder: DATA_FOLDER,
    sink,
    files: disk,
    clock: time,
    timers: time,
    log: SILENT,
    budget: options.budget ?? new ByteBudget(2 ** 30),
    diskReserveBytes: options.diskReserveBytes ?? 0,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    bootId: 'boot',
  })
}

export function requestOf(name: string): RequestContext {
  return { tenant: 'default', door: 'otlp-http/traces', body: new TextEncoder().encode(name) }
}

/** A batch of spans whose ids are these numbers. */
export function batchOfIds(ids: readonly number[], bytes: Uint8Array = Uint8Array.of(1, 2, 3)): SpanBatch {
  const batch = allocateSpanBatch(ids.length, bytes)
  const none = new Uint8Array()
  batch.origins.push({ service: 'shop', resource: none, resourceSchemaUrl: '', scope: none, scopeSchemaUrl: '' })
  for (const id of ids) {
    new DataView(batch.spanId.buffer, batch.spanId.byteOffset).setUint32(8 * batch.count + 4, id)
    batch.itemLength[batch.count] = bytes.length
    batch.startUnixNano[batch.count] = 1_793_000_000_000_000_000n
    batch.endUnixNano[batch.count] = 1_793_000_000_000_000_001n
    batch.count++
  }
  return batch
}

export function hexId(id: number): string {
  return id.toString(16).padStart(16, '0')
}

/** Sends until it has an answer. Gives whether the answer came before the process died. */
export async function sendUntilAnswered(pipeline: Pipeline, id: number, time: ManualTime): Promise<void> {
  for (;;) {
    try {
      await pipeline.consumer.consume(batchOfIds([id]), requestOf(`request ${id}`))
      return
    } catch (error) {
      if (!(error instanceof ClewError)) throw error
      await new Promise<void>((resolve) => time.after(500, resolve))
    }
  }
}

export function send(pipeline: Pipeline, ...ids: number[]): Promise<Acknowledgement> {
  return pipeline.consumer.consume(batchOfIds(ids), requestOf(`request ${ids}`))
}

/** Paths of the segments in the journal. */
export function segmentsOn(disk: MemoryDisk): string[] {
  return disk.paths().filter((path) => path.startsWith('/data/journal/') && path.endsWith('.segment'))
}
