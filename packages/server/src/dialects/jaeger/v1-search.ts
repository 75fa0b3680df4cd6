// The search of Jaeger's first API: GET /api/traces?service=…&tags={…}. Times are microseconds, durations Go's.
// https://github.com/jaegertracing/jaeger, internal query_parser.go of v2.20.0.
import { ClewError, MAX_UINT64, NANOS_PER_MILLI } from '@clew/model'
import { parseGoDuration } from './go-duration.ts'
import { type Parameters, unparsable } from './parameters.ts'
import type { TraceSearch } from './to-query.ts'

const DEFAULT_LOOKBACK_NANOS = 48n * 3_600_000_000_000n
/** A sender's clock may run ahead: its newest spans must not be missing. */
export const CLOCK_LEEWAY_NANOS = 60_000_000_000n
/** `end` is the last microsecond that counts. */
const NANOS_PER_MICRO = 1_000n

/** Throws INVALID_ARGUMENT. `lookback`, which Jaeger's page sends beside `start`, says nothing that `start` does not. */
export function readV1Search(parameters: Parameters, nowMs: number): TraceSearch {
  const now = BigInt(nowMs) * NANOS_PER_MILLI
  const end = parameters.micros('end')
  const duration = (name: string) => {
    const text = parameters.text(name)
    return text === undefined ? undefined : parseGoDuration(name, text)
  }
  return {
    from: parameters.micros('start') ?? now - DEFAULT_LOOKBACK_NANOS,
    // What ends with the last nanosecond there is ends with all time.
    to: end === undefined ? now + CLOCK_LEEWAY_NANOS : end === MAX_UINT64 ? MAX_UINT64 + 1n : end + NANOS_PER_MICRO,
    service: parameters.text('service'),
    operation: parameters.text('operation'),
    tags: [...parameters.all('tag').map(tagOfPair), ...parameters.all('tags').flatMap((text) => tagMap('tags', text))],
    minDuration: duration('minDuration'),
    maxDuration: duration('maxDuration'),
    limit: parameters.integer('limit'),
    cursor: undefined,
  }
}

/** `key:value`; there may be colons in the value. */
function tagOfPair(text: string): readonly [string, string] {
  const colon = text.indexOf(':')
  if (colon < 0)
    throw new ClewError(
      'INVALID_ARGUMENT',
      `malformed 'tag' parameter, expecting key:value, received: ${JSON.stringify(text.slice(0, 100))}`,
    )
  return [text.slice(0, colon), text.slice(colon + 1)]
}

/** `{"key":"value",…}`. Throws INVALID_ARGUMENT. */
export function tagMap(name: string, text: string): (readonly [string, string])[] {
  const expected = 'a JSON object of texts'
  let map: unknown
  try {
    map = JSON.parse(text)
  } catch {
    throw unparsable(name, expected, text)
  }
  if (typeof map !== 'object' || map === null || Array.isArray(map)) throw unparsable(name, expected, text)
  return Object.entries(map).map(([key, value]: [string, unknown]) => {
    if (typeof value !== 'string') throw unparsable(name, expected, text)
    return [key, value]
  })
}
