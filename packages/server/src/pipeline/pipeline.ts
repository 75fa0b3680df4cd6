// The write path behind every receiver: is the request known? → processors → journal. It resolves when the batch is on
// disk for good, and not before.
import {
  type Acknowledgement,
  ClewError,
  type Clock,
  LOG_ROW_BYTES,
  SPAN_ROW_BYTES,
  systemClock,
  type TelemetryBatch,
  type TelemetryConsumer,
} from '@clew/model'
import { NO_IDENTITY } from './accepted-request.ts'
import type { ByteBudget } from './byte-budget.ts'
import { Journal, type JournalOptions } from './journal/journal.ts'
import type { Processor } from './processors/processor.ts'
import { PROCESSORS } from './processors/registry.ts'
import { RequestMemory } from './request-memory/request-memory.ts'

/** A value above it is cut; 4 MiB is more than any screen shows and less than what one item may crowd out. */
export const DEFAULT_MAX_VALUE_BYTES = 4 * 2 ** 20

export interface PipelineParts {
  readonly memory: Pick<RequestMemory, 'identify' | 'once'>
  readonly journal: Pick<Journal, 'consume'>
  readonly budget: ByteBudget
  readonly processors?: readonly Processor[]
  readonly maxValueBytes?: number
  readonly clock?: Clock
}

export function createPipeline(parts: PipelineParts): TelemetryConsumer {
  const { memory, journal, budget } = parts
  const processors = parts.processors ?? PROCESSORS
  const clock = parts.clock ?? systemClock
  const maxValueBytes = parts.maxValueBytes ?? DEFAULT_MAX_VALUE_BYTES
  return {
    async consume(batch, request): Promise<Acknowledgement> {
      const batches = [batch, ...(request.notes === undefined ? [] : [request.notes])].filter(({ count }) => count > 0)
      // An empty request is no request: all of them would be "the same".
      if (batches.length === 0) return { repeated: false, warnings: [] }
      const own = request.room === undefined ? budget.reserve(0, request.body.length) : undefined
      try {
        const room = request.room ?? own!
        const needed = batches.reduce((sum, each) => sum + memoryOf(each, request.body), 0)
        room.grow(Math.max(0, needed - room.bytes))
        const identity = memory.identify(request)
        const store = async () => {
          const acceptedMs = clock.nowMs()
          const warnings: string[] = []
          for (const each of batches)
            for (const processor of processors)
              warnings.push(...processor.process(each, { acceptedMs, maxValueBytes, room }))
          await journal.consume(batches, { ...request, acceptedMs, identity, room })
          return { repeated: false, warnings }
        }
        return await (identity === NO_IDENTITY ? store() : memory.once(identity, store))
      } finally {
        own?.release()
      }
    },
  }
}

/** What a batch holds beside the body, which the door that read it has counted. */
function memoryOf(batch: TelemetryBatch, body: Uint8Array): number {
  const bytes = batch.bytes.buffer === body.buffer ? 0 : batch.bytes.buffer.byteLength
  return bytes + batch.count * (batch.signal === 'spans' ? SPAN_ROW_BYTES : LOG_ROW_BYTES)
}

export type PipelineOptions = Omit<JournalOptions, 'requestLog'> & { readonly maxValueBytes?: number }

export interface Pipeline {
  readonly consumer: TelemetryConsumer
  readonly journal: Journal
  readonly memory: RequestMemory
  /** Stops the journal, which drains it, then the memory. Idempotent. */
  stop(): Promise<void>
}

/** All of the write path on one data folder. Throws DATA_FOLDER_NEWER, or JOURNAL_UNAVAILABLE when the folder cannot be used. */
export async function openPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { memory, journal } = await openJournal(options)
  const consumer = createPipeline({ ...options, memory, journal })
  const stop = async () => {
    await journal.stop()
    await memory.stop()
  }
  return { consumer, journal, memory, stop }
}

async function openJournal(options: PipelineOptions): Promise<{ memory: RequestMemory; journal: Journal }> {
  try {
    const memory = await RequestMemory.open(options)
    return { memory, journal: await Journal.open({ ...options, requestLog: memory }) }
  } catch (cause) {
    if (cause instanceof ClewError) throw cause
    throw new ClewError('JOURNAL_UNAVAILABLE', `journal in ${options.dataFolder}: expected to be opened: ${cause}`, {
      cause,
    })
  }
}
