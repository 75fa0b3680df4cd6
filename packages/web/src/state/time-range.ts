// The time range of a search: a span of time up to now, or two moments. In the address `-1h`, RFC 3339 or nanoseconds.

export const PRESETS = ['-15m', '-1h', '-6h', '-24h', '-7d', '-30d', '0'] as const
export type Preset = (typeof PRESETS)[number]

export function presetOf(from: string, to: string | undefined): Preset | undefined {
  return to === undefined ? PRESETS.find((preset) => preset === from) : undefined
}

/** For `<input type="datetime-local">`: local time with seconds; '' for relative and missing moments. */
export function localInput(moment: string | undefined): string {
  if (moment === undefined || moment === '0' || moment.startsWith('-')) return ''
  const ms = /^\d+$/.test(moment) ? Number(BigInt(moment) / 1_000_000n) : Date.parse(moment)
  if (Number.isNaN(ms)) return ''
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19)
}

/** RFC 3339 of what such an input holds; undefined when it is empty. */
export function momentOf(input: string): string | undefined {
  const ms = Date.parse(input)
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().replace('.000Z', 'Z')
}
