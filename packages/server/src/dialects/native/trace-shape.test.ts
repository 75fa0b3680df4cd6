import { NOTHING_NOTED, type NotedAttributes } from '@clew/codecs'
import { describe, expect, it } from 'vitest'
import { NO_RESOURCE, NO_SCOPE } from '../../testing/example-spans.ts'
import type { TraceLine } from '../read-trace.ts'
import { findSpan } from './find-span.ts'
import { traceShape } from './trace-shape.ts'

const BYTES = new Uint8Array(0)

/** A line of a trace: its id, its parent's ('' for none), its service, and what its attributes say. */
function line(
  spanId: string,
  parentSpanId: string,
  serviceName: string,
  said: Partial<NotedAttributes> = {},
): TraceLine {
  const origin = { serviceName, resource: NO_RESOURCE, scope: NO_SCOPE, resourceBytes: BYTES, scopeBytes: BYTES }
  return {
    stored: { traceId: '1'.repeat(32), spanId, origin, marks: 0, bytes: BYTES },
    outline: {
      ...{ parentSpanId, name: spanId, kind: 'internal', startTimeUnixNano: 0n, endTimeUnixNano: 0n },
      ...{ status: 'unset', eventCount: 0, linkCount: 0, noted: { ...NOTHING_NOTED, ...said } },
    },
  }
}

describe('the shape of a trace', () => {
  it('gives each span its part between the services', async () => {
    const { roles, hasRoot } = await traceShape([
      line('1', '', 'shop'),
      line('2', '1', 'shop'),
      line('3', '2', 'stock'),
      line('4', '3', 'stock', { hasDatabase: true, hasHttp: true }),
      line('5', '3', 'stock', { hasHttp: true }),
      line('6', '3', 'stock'),
    ])
    expect(roles.map(({ category, processBoundary, clientType }) => [category, processBoundary, clientType])).toEqual([
      ['service', 'entry', undefined],
      ['external', 'exit', 'external'],
      ['service', 'entry', undefined],
      ['datastore', 'exit', 'datastore'],
      ['external', 'exit', 'external'],
      ['inProcess', 'inProcess', undefined],
    ])
    expect(hasRoot).toBe(true)
  })

  it('says that no root has come where each span names a parent', async () => {
    expect((await traceShape([line('2', '1', 'shop'), line('3', '2', 'shop')])).hasRoot).toBe(false)
    expect((await traceShape([])).hasRoot).toBe(false)
  })

  it('hangs children below the text that they name where two texts became one id', async () => {
    const lines = [
      line('1', '', 'shop', { spanIdText: 'A' }),
      line('1', '', 'shop', { spanIdText: 'B' }),
      line('2', '1', 'shop', { parentSpanIdText: 'B' }),
    ]
    const { parents, metSpanIds } = await traceShape(lines)
    expect([[...parents.parentIndex], metSpanIds]).toEqual([[-1, -1, 1], 1])
    expect(findSpan(lines, [{ id: '1', text: 'B' }], 1)).toBe(1)
    expect(findSpan(lines, [{ id: '1', text: undefined }], 2)).toBe(1)
    expect(findSpan(lines, [{ id: '1', text: undefined }], 3)).toBe(-1)
  })
})
