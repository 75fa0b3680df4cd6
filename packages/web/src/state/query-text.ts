// The query string of the page: plain keys and values that a person can read and write, arrays by repeating the key.

export type QueryRecord = Readonly<Record<string, string | readonly string[]>>

export function parseQuery(text: string): QueryRecord {
  const values = new Map<string, string | string[]>()
  for (const [key, value] of new URLSearchParams(text)) {
    const before = values.get(key)
    if (before === undefined) values.set(key, value)
    else values.set(key, Array.isArray(before) ? [...before, value] : [before, value])
  }
  return Object.fromEntries(values)
}

/** With the leading `?`, or '' when there is nothing to say. */
export function printQuery(record: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(record)) {
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined && item !== null && item !== '') query.append(key, String(item))
  }
  // What a query string may hold as it is (RFC 3986 §3.4) stays readable.
  const text = query.toString().replace(/%(3A|2F|2C|40|24)/gi, (escaped) => decodeURIComponent(escaped))
  return text === '' ? '' : `?${text}`
}

/** The first text under a key of an untyped record, trimmed; undefined when there is none. */
export function textOf(value: unknown): string | undefined {
  const first = Array.isArray(value) ? value[0] : value
  if (typeof first !== 'string' && typeof first !== 'number') return undefined
  const text = String(first).trim()
  return text === '' ? undefined : text
}

/** All texts under a key; undefined when there are none. */
export function textsOf(value: unknown): string[] | undefined {
  const texts = (Array.isArray(value) ? value : [value]).map(textOf).filter((text) => text !== undefined)
  return texts.length > 0 ? texts : undefined
}

/** The value when it is one of `allowed`. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  const text = textOf(value)
  return allowed.find((item) => item === text)
}
