// JSON out of parts that are JSON already.

/** A string; lone surrogates as escapes, so that every text comes back. */
export function jsonText(text: string): string {
  return JSON.stringify(text)
}

/** An object of keys and values that are JSON already. */
export function jsonObject(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([key, json]) => `${jsonText(key)}:${json}`).join(',')}}`
}
