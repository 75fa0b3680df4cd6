import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allocateSpanBatch, type RequestContext, type SpanBatch } from '@clew/model'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ByteBudget } from './byte-budget.ts'
import { nodeFileLayer } from './journal/node-file-layer.ts'
import { TableSink } from './journal/sinks-contract.ts'
import { openPipeline, type Pipeline } from './pipeline.ts'

let dataFolder: string
let pipeline: Pipeline
const silent = { info() {}, warn() {}, error() {} }

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'clew-pipeline-'))
})
afterEach(async () => {
  await pipeline.stop()
  await rm(dataFolder, { recursive: true })
})

function open(sink: TableSink): Promise<Pipeline> {
  return openPipeline({ dataFolder, sink, budget: new ByteBudget(2 ** 26), log: silent, diskReserveBytes: 0 })
}

function request(text: string): RequestContext {
  return { tenant: 'default', door: 'otlp-http/traces', body: new TextEncoder().encode(text) }
}

function batchOf(...ids: number[]): SpanBatch {
  const batch = allocateSpanBatch(ids.length, new Uint8Array(8))
  batch.origins.push({
    service: 'shop',
    resource: new Uint8Array(),
    resourceSchemaUrl: '',
    scope: new Uint8Array(),
    scopeSchemaUrl: '',
  })
  for (const id of ids) batch.spanId[8 * batch.count++ + 7] = id
  return batch
}

const hex = (id: number) => id.toString(16).padStart(16, '0')

test('answers when the batch is on disk and hands the segment to the sink at stop', async () => {
  const sink = new TableSink(nodeFileLayer)
  pipeline = await open(sink)
  const answers = await Promise.all([
    pipeline.consumer.consume(batchOf(1, 2), request('a')),
    pipeline.consumer.consume(batchOf(3), request('b')),
  ])
  expect(answers).toEqual([
    { repeated: false, warnings: [] },
    { repeated: false, warnings: [] },
  ])
  await pipeline.stop()
  expect(sink.stored).toEqual([hex(1), hex(2), hex(3)])
  expect((await readdir(join(dataFolder, 'journal'))).filter((name) => name.endsWith('.segment'))).toEqual([])
})

test('knows a request again after a restart', async () => {
  const sink = new TableSink(nodeFileLayer)
  pipeline = await open(sink)
  await pipeline.consumer.consume(batchOf(1), request('a'))
  await pipeline.stop()
  pipeline = await open(sink)
  expect(await pipeline.consumer.consume(batchOf(1), request('a'))).toEqual({ repeated: true, warnings: [] })
  expect(await pipeline.consumer.consume(batchOf(2), request('b'))).toEqual({ repeated: false, warnings: [] })
  await pipeline.stop()
  expect(sink.stored).toEqual([hex(1), hex(2)])
})
