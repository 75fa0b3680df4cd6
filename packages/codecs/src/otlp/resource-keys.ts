// Which attributes tell who emitted a span and not what it did. Formats without a resource repeat them in every span; they
// are lifted into the resource on the way in, which stores them once, and put back on the way out.
// OpenTelemetry semantic conventions 1.43, "Resource".

const PREFIXES = [
  'service.',
  'telemetry.sdk.',
  'telemetry.distro.',
  'host.',
  'os.',
  'process.',
  'container.',
  'k8s.',
  'cloud.',
  'deployment.',
  'device.',
  'faas.',
  'webengine.',
  'aws.ecs.',
  'gcp.cloud_run.',
] as const

/** Keys below those prefixes that say something of one span all the same. */
const OF_A_SPAN = new Set([
  'faas.trigger',
  'faas.invocation_id',
  'faas.invoked_name',
  'faas.invoked_provider',
  'faas.invoked_region',
  'faas.coldstart',
  'faas.cron',
  'faas.time',
  'service.peer.name',
  'service.peer.namespace',
])

const FIRST_LETTERS = new Set(PREFIXES.map((prefix) => prefix.charCodeAt(0)))

export function isResourceKey(key: string): boolean {
  if (!FIRST_LETTERS.has(key.charCodeAt(0))) return false
  return PREFIXES.some((prefix) => key.startsWith(prefix)) && !OF_A_SPAN.has(key)
}
