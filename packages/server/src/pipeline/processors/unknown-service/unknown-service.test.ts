import { MARK } from '@clew/model'
import { expect, test } from 'vitest'
import { batchOf, CONTEXT, describeProcessor, resourceOf, spanOf } from '../processor-contract.ts'
import { unknownService } from './unknown-service.ts'

const nameless = spanOf({ resource: resourceOf(''), serviceName: '' })

describeProcessor(unknownService, () => batchOf(spanOf(), nameless))

test('names a service that gave no name, and marks its spans alone', () => {
  const batch = batchOf(spanOf(), nameless)
  unknownService.process(batch, CONTEXT)
  const services = [0, 1].map((item) => batch.origins[batch.origin[item]!]!.service)
  expect(services).toEqual(['shop', 'unknown_service'])
  expect([...batch.marks.subarray(0, 2)]).toEqual([0, MARK.unknownService])
})
