// Whatever a span holds, ATS tells it as JSON: with its ids, its times in microseconds, and texts alone in its annotations.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { arbitrarySpan } from '../../testing/arbitrary-spans.ts'
import { renderSpan } from './render-span.ts'

interface Told {
  readonly traceId: string
  readonly id: string
  readonly parentId?: string
  readonly name: string
  readonly timestamp?: number
  readonly annotations: readonly { timestamp: number; value: string }[]
  readonly binaryAnnotations: readonly { key: string; value: unknown }[]
}

it('tells any span', () => {
  fc.assert(
    fc.property(arbitrarySpan, (span) => {
      const told = JSON.parse(renderSpan(span)) as Told
      expect(told.traceId.padStart(32, '0')).toBe(span.traceId)
      expect([told.id, told.parentId ?? '']).toEqual([span.spanId, span.parentSpanId])
      expect(told.name.endsWith(`:${span.name}`)).toBe(true)
      expect(told.timestamp ?? 0).toBe(Number(span.startTimeUnixNano / 1000n))
      const isCall = (span.kind === 'client' || span.kind === 'server') && told.timestamp !== undefined
      const core = told.annotations.filter(({ value }) => /^(cs|cr|sr|ss)$/.test(value))
      expect(core.length > 0).toBe(isCall)
      const keys = told.binaryAnnotations.map(({ key }) => key)
      expect(keys).toEqual([...new Set(keys)].sort())
      for (const { value } of told.binaryAnnotations) expect(value).toBeTypeOf('string')
      for (const key of ['async', 'result', 'type']) expect(keys).toContain(key)
    }),
  )
})
