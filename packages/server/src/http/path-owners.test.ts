import { expect, it } from 'vitest'
import { PathOwners } from './path-owners.ts'

const accounts = { paths: ['/v1/accounts'] }
const projects = { paths: ['/v1/*/ats', '/v1/*/atps'] }
const rest = { paths: ['/'] }
const owners = new PathOwners()
for (const owner of [rest, projects, accounts]) owners.add(owner)

it.each([
  ['/v1/accounts/42/query?nrql=x', accounts],
  ['/v1/accounts', accounts],
  ['/v1/0/ats/spans?traceId=1', projects],
  ['/v1/0/ats', projects],
  ['/v1/accounts/ats/spans', projects],
  ['/v1/42/atps/monitorgroups', projects],
  ['/v1//ats/spans', rest],
  ['/v1/0/atsx', rest],
  ['/v1/0', rest],
  ['/', rest],
  ['', rest],
])('%s belongs to whoever names most of it', (url, owner) => {
  expect(owners.of(url)).toBe(owner)
  expect(owners.hasNamed(url)).toBe(owner !== rest)
})

it('gives nobody a path that is below no beginning', () => {
  expect(new PathOwners().of('/v1')).toEqual({ paths: [] })
})
