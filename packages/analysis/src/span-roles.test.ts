import { describe, expect, it } from 'vitest'
import { spanRoles } from './span-roles.ts'

//  0 shop: root ─┬─ 1 shop: plain ── 4 shop: db + http
//                └─ 2 shop: no http ── 3 stock
//  5 shop, whose parent is not here ── 6 shop: http
const roles = spanRoles({
  parentIndex: [-1, 0, 0, 2, 1, -1, 5],
  parentMissing: [5],
  service: ['shop', 'shop', 'shop', 'stock', 'shop', 'shop', 'shop'],
  hasHttp: [true, false, false, true, true, false, true],
  hasDatabase: [false, false, false, true, true, false, false],
})

describe('the role of a span', () => {
  it('is that of a service where it is the root or its parent is of another, whatever its attributes say', () => {
    expect(roles[0]).toEqual({ category: 'service', processBoundary: 'entry', clientType: undefined })
    expect(roles[3]).toEqual({ category: 'service', processBoundary: 'entry', clientType: undefined })
  })

  it('is that of a call where a child is of another service', () => {
    expect(roles[2]).toEqual({ category: 'external', processBoundary: 'exit', clientType: 'external' })
  })

  it('is that of a datastore rather than of a call where attributes speak of both', () => {
    expect(roles[4]).toEqual({ category: 'datastore', processBoundary: 'exit', clientType: 'datastore' })
  })

  it('is within the process otherwise, and where the parent is unknown', () => {
    const inProcess = { category: 'inProcess', processBoundary: 'inProcess', clientType: undefined }
    expect(roles[1]).toEqual(inProcess)
    expect(roles[5]).toEqual(inProcess)
    expect(roles[6]).toEqual({ category: 'external', processBoundary: 'exit', clientType: 'external' })
  })

  it('is found in a trace without spans', () => {
    expect(spanRoles({ parentIndex: [], parentMissing: [], service: [], hasHttp: [], hasDatabase: [] })).toEqual([])
  })
})
