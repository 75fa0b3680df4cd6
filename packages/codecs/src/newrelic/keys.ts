// What the keys of New Relic attributes mean to OTLP. The same table serves both directions: what decoding takes out of
// the attributes, encoding puts back.
import { isResourceKey } from '../otlp/resource-keys.ts'

export const KEY = {
  name: 'name',
  durationMs: 'duration.ms',
  parentId: 'parent.id',
  service: 'service.name',
  error: 'error',
  errorMessage: 'error.message',
  kind: 'span.kind',
  statusCode: 'otel.status_code',
  statusDescription: 'otel.status_description',
  traceState: 'w3c.tracestate',
  scopeName: 'instrumentation.name',
  scopeVersion: 'instrumentation.version',
} as const

/** What becomes of an attribute; `error` and `error.*` stay attributes and say that the span failed. */
export const ROLE = {
  plain: 0,
  error: 1,
  resource: 2,
  scopeName: 3,
  scopeVersion: 4,
  restricted: 5,
  name: 6,
  durationMs: 7,
  parentId: 8,
  kind: 9,
  statusCode: 10,
  statusDescription: 11,
  traceState: 12,
} as const

/** The roles that make up an origin, from `resource` to `scopeVersion`. */
export function isOriginRole(role: number): boolean {
  return role >= ROLE.resource && role <= ROLE.scopeVersion
}

const ROLES = new Map<string, number>([
  [KEY.name, ROLE.name],
  [KEY.durationMs, ROLE.durationMs],
  [KEY.parentId, ROLE.parentId],
  [KEY.error, ROLE.error],
  [KEY.kind, ROLE.kind],
  [KEY.statusCode, ROLE.statusCode],
  [KEY.statusDescription, ROLE.statusDescription],
  [KEY.traceState, ROLE.traceState],
  [KEY.scopeName, ROLE.scopeName],
  [KEY.scopeVersion, ROLE.scopeVersion],
  // "Restricted attributes": their values are omitted, the span is kept.
  ['entityGuid', ROLE.restricted],
  ['guid', ROLE.restricted],
])

export function roleOf(key: string): number {
  const role = ROLES.get(key)
  if (role !== undefined) return role
  if (key.startsWith('error.')) return ROLE.error
  return isResourceKey(key) ? ROLE.resource : ROLE.plain
}

/** The name of a service whose spans name none; New Relic calls it so. */
export const NO_SERVICE = 'UNKNOWN'
