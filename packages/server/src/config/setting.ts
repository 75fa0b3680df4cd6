// What an entry of the table of settings is.
import type { ValueKind } from './value-kinds.ts'

export interface Setting<T> {
  /** Where it stands in `clew.yaml`: `http.port` is `port` under `http`. */
  readonly path: string
  readonly kind: ValueKind<T>
  readonly default: T
  readonly description: string
  /** Never printed back, in no log and no error. */
  readonly secret?: boolean
}

export function setting<T>(
  path: string,
  kind: ValueKind<T>,
  value: T,
  description: string,
  options?: { secret: boolean },
): Setting<T> {
  return { path, kind, default: value, description, ...options }
}
