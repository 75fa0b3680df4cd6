// A body of the other version of Zipkin's JSON. Each decoder takes its own version only: the two look alike in part, and
// what a guess leaves out would be lost without a word.
import { DecodeError } from '@clew/model'

export type ZipkinJsonVersion = 'JSON_V1' | 'JSON_V2'

export class OtherVersionError extends DecodeError {
  /** What the body is. */
  readonly received: ZipkinJsonVersion

  constructor(format: string, path: string, received: ZipkinJsonVersion) {
    super(format, path, `is a field of ${received}, expected the other version`)
    this.received = received
  }
}
