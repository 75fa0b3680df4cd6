// Keys for lists whose items have no identity of their own: repeated keys are numbered.

export interface Keyed<T> {
  readonly key: string
  readonly item: T
}

export function keyed<T>(items: readonly T[], keyOf: (item: T) => string): readonly Keyed<T>[] {
  const times = new Map<string, number>()
  return items.map((item) => {
    const key = keyOf(item)
    const time = (times.get(key) ?? 0) + 1
    times.set(key, time)
    return { key: time === 1 ? key : `${key}#${time}`, item }
  })
}
