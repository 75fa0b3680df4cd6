import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allocateLogBatch, type LogBatch, MARK, type SpanBatch, type TelemetryBatch } from '@clew/model'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ByteBudget } from './byte-budget.ts'
import { batchOfIds, hexId, requestOf, SILENT } from './journal/journal-run-contract.ts'
import { nodeFileLayer } from './journal/node-file-layer.ts'
import { nopSink, TableSink } from './journal/sinks-contract.ts'
import { createPipeline, openPipeline, type Pipeline } from './pipeline.ts'
import { batchOf, resourceOf, spanOf } from './processors/processor-contract.ts'

let dataFolder: string
let pipeline: Pipeline

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'clew-pipeline-'))
})
afterEach(async () => {
  await pipeline.stop()
  await rm(dataFolder, { recursive: true })
})

function open(sink: TableSink): Promise<Pipeline> {
  return openPipeline({ dataFolder, sink, budget: new ByteBudget(2 ** 26), log: SILENT, diskReserveBytes: 0 })
}

test('answers when the batch is on disk and hands the segment to the sink at stop', async () => {
  const sink = new TableSink(nodeFileLayer)
  pipeline = await open(sink)
  const answers = await Promise.all([
    pipeline.consumer.consume(batchOfIds([1, 2]), requestOf('a')),
    pipeline.consumer.consume(batchOfIds([3]), requestOf('b')),
  ])
  expect(answers).toEqual([
    { repeated: false, warnings: [] },
    { repeated: false, warnings: [] },
  ])
  await pipeline.stop()
  expect(sink.stored).toEqual([hexId(1), hexId(2), hexId(3)])
  expect((await readdir(join(dataFolder, 'journal'))).filter((name) => name.endsWith('.segment'))).toEqual([])
})

test('knows a request again after a restart', async () => {
  const sink = new TableSink(nodeFileLayer)
  pipeline = await open(sink)
  await pipeline.consumer.consume(batchOfIds([1]), requestOf('a'))
  await pipeline.stop()
  pipeline = await open(sink)
  expect(await pipeline.consumer.consume(batchOfIds([1]), requestOf('a'))).toEqual({ repeated: true, warnings: [] })
  expect(await pipeline.consumer.consume(batchOfIds([2]), requestOf('b'))).toEqual({ repeated: false, warnings: [] })
  await pipeline.stop()
  expect(sink.stored).toEqual([hexId(1), hexId(2)])
})

test('stores what the processors made of a batch and tells the sender what was lost', async () => {
  const sink = new TableSink(nodeFileLayer)
  const stored: SpanBatch[] = []
  pipeline = await open(sink)
  const journal = {
    consume: async (batches: readonly TelemetryBatch[]) => {
      stored.push(batches[0] as SpanBatch)
      return { repeated: false, warnings: [] }
    },
  }
  const { consume } = createPipeline({
    memory: pipeline.memory,
    journal,
    budget: new ByteBudget(2 ** 20),
    maxValueBytes: 10,
  })
  const odd = spanOf({
    resource: resourceOf(''),
    serviceName: '',
    startTimeUnixNano: 5n,
    endTimeUnixNano: 4n,
    attributes: [{ key: 'k', value: { type: 'string', value: 'x'.repeat(11) } }],
  })
  const answer = await consume(batchOf(odd), requestOf('odd'))
  expect(answer.warnings).toEqual(['1 values above 10 bytes were cut; each is counted in dropped_attributes_count'])
  const [batch] = stored
  expect(batch!.marks[0]).toBe(MARK.endBeforeStart | MARK.timeOutOfSense | MARK.valueCut | MARK.unknownService)
  expect(batch!.origins[0]!.service).toBe('unknown_service')
  expect(await consume(batchOf(odd), requestOf('odd'))).toMatchObject({ repeated: true })
  expect(stored).toHaveLength(1)
})

function notesOf(id: number): LogBatch {
  const batch = allocateLogBatch(1, Uint8Array.of(1))
  const { origins, spanId } = batchOfIds([id])
  batch.origins.push(...origins)
  batch.spanId.set(spanId)
  batch.count = 1
  return batch
}

test('keeps what a receiver notes of a request with its batch, or alone where nothing of the batch can be kept', async () => {
  const sink = new TableSink(nodeFileLayer)
  pipeline = await open(sink)
  await pipeline.consumer.consume(batchOfIds([1, 2]), { ...requestOf('a'), notes: notesOf(7) })
  await pipeline.consumer.consume(batchOfIds([]), { ...requestOf('b'), notes: notesOf(8) })
  expect(await pipeline.consumer.consume(batchOfIds([1, 2]), { ...requestOf('a'), notes: notesOf(7) })).toMatchObject({
    repeated: true,
  })
  await pipeline.stop()
  expect(sink.stored).toEqual([1, 2, 7, 8].map(hexId))
})

test('tells requests apart by the key of their sender alone, where there is one', async () => {
  const sink = new TableSink(nodeFileLayer)
  pipeline = await open(sink)
  const send = async (id: number, body: string, requestKey: string | null) =>
    (await pipeline.consumer.consume(batchOfIds([id]), { ...requestOf(body), requestKey })).repeated
  expect(await send(1, 'a', 'x')).toBe(false)
  expect(await send(2, 'b', 'x')).toBe(true)
  expect(await send(3, 'a', 'y')).toBe(false)
  expect(await send(4, 'a', null)).toBe(false)
  expect(await send(5, 'a', null)).toBe(false)
  await pipeline.stop()
  pipeline = await open(sink)
  expect(await send(6, 'c', 'y')).toBe(true)
  expect(await send(7, 'a', null)).toBe(false)
  await pipeline.stop()
  expect(sink.stored).toEqual([1, 3, 4, 5, 7].map(hexId))
})

test('takes any number of empty requests without storing or remembering one', async () => {
  pipeline = await open(new TableSink(nodeFileLayer))
  for (let i = 0; i < 3; i++)
    expect(await pipeline.consumer.consume(batchOfIds([]), requestOf(''))).toEqual({ repeated: false, warnings: [] })
  expect(pipeline.memory.state().identities).toBe(0)
})

test('says which folder it cannot use', async () => {
  pipeline = await open(new TableSink(nodeFileLayer))
  const options = { sink: nopSink, budget: new ByteBudget(1), log: SILENT, diskReserveBytes: 0 }
  const file = join(dataFolder, 'journal', 'running')
  await expect(openPipeline({ ...options, dataFolder: file })).rejects.toMatchObject({
    code: 'JOURNAL_UNAVAILABLE',
    message: expect.stringContaining(file),
  })
})
