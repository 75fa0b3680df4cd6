// Durations as people type them into the search form and as the API takes them: `100ms`, `1.5s`, `250us`, `3m`.

const UNITS = /^(\d+(?:\.\d+)?)\s*(ns|us|µs|μs|ms|s|m|h)$/i

/** The text in the form of the API, or undefined when it is no duration. A number without unit is milliseconds. */
export function normalDuration(text: string): string | undefined {
  const trimmed = text.trim()
  if (/^\d+(\.\d+)?$/.test(trimmed)) return `${trimmed}ms`
  const [, number, unit] = UNITS.exec(trimmed) ?? []
  if (number === undefined || unit === undefined) return undefined
  return number + unit.toLowerCase().replace(/[µμ]/, 'u')
}
