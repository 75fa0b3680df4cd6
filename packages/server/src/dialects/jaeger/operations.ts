// Operations as Jaeger lists them: names with the kind of their spans.
import type { Operation } from '../../query/trace-reader.ts'

export interface JaegerOperation {
  readonly name: string
  readonly spanKind: string
}

/** Those of one kind if one is asked for. `unspecified` is the kind of spans that say none. */
export function operationsOf(
  found: readonly Operation[],
  asked: string | undefined,
  unspecified: '' | 'internal',
): readonly JaegerOperation[] {
  const operations = new Map<string, JaegerOperation>()
  for (const { name, kind } of found) {
    const spanKind = kind === 'unspecified' ? unspecified : kind
    if (asked === undefined || asked === spanKind) operations.set(`${spanKind} ${name}`, { name, spanKind })
  }
  return [...operations.values()]
}
