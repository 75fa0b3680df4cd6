// How strictly a body is read. Without options: as Zipkin's own server reads it.
import type { TextHash } from '@clew/model'
import type { ReserveMemory } from '../codec.ts'

export interface ZipkinDecodeOptions {
  readonly reserve?: ReserveMemory | undefined
  /** Says by its trace id whether a span is kept; others are left out and not counted. Debug spans are not asked about. */
  readonly keep?: (traceId: Uint8Array) => boolean
  /** Ids may be any text, as New Relic takes them: see text-ids.ts of the model. JSON v2 only. */
  readonly textIds?: TextHash
  /** Numbers and booleans as values of tags become typed attributes, null none. JSON v2 only. */
  readonly typedTags?: boolean
  /** A span has failed also by tags that begin with `error.`, and by an `error` that is true, as for New Relic. */
  readonly errorTags?: boolean
}
