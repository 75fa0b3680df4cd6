// The thread that conversion-threads.ts starts: bodies in, pieces of the document out, one after the other.
import { parentPort } from 'node:worker_threads'
import { BodyConverter, type Formats } from '@clew/codecs'
import type { ConversionAnswer, ConversionJob } from './conversion-threads.ts'

const port = parentPort
if (port === null) throw new Error('convert-worker.ts is started as a worker thread by conversion-threads.ts')

let formatsOf: Formats | undefined
let converter: BodyConverter | undefined

port.on('message', ({ formats, family, format, bytes }: ConversionJob) => {
  if (converter === undefined || formats.from !== formatsOf?.from || formats.to !== formatsOf?.to) {
    formatsOf = formats
    converter = new BodyConverter(formats)
  }
  const converted = converter.convert(family, bytes, format)
  const made = converted.piece?.bytes
  const answer: ConversionAnswer = { bytes, converted }
  const buffers = made === undefined || made.length === 0 ? [bytes.buffer] : [bytes.buffer, made.buffer]
  port.postMessage(answer, buffers as ArrayBuffer[])
})
