// Steps over the fields of protobuf messages that the decoder has already checked, with no check but the end of the
// message and no work that the block builder does not need: about three times as fast as the general reader.
import { ProtobufReader } from '@clew/codecs'
import { DecodeError } from '@clew/model'

export class FieldCursor {
  bytes: Uint8Array = new Uint8Array(0)
  /** Tag of the current field; 0 for one whose tag is longer than a byte (none that is looked at here). */
  tag = 0
  /** Extent of the current value; without its length for a length-delimited one. */
  start = 0
  end = 0
  #next = 0
  #limit = 0

  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes
    this.#next = start
    this.#limit = end
  }

  /** Goes to the next field; false after the last one. */
  next(): boolean {
    let at = this.#next
    const limit = this.#limit
    if (at >= limit) return false
    const bytes = this.bytes
    const first = bytes[at++]!
    this.tag = first < 0x80 ? first : 0
    if (first >= 0x80) while (bytes[at++]! >= 0x80);
    switch (first & 7) {
      case 0:
        this.start = at
        while (bytes[at++]! >= 0x80);
        break
      case 1:
        this.start = at
        at += 8
        break
      case 2: {
        let length = bytes[at++]!
        if (length >= 0x80) {
          length &= 0x7f
          let shift = 7
          let byte = 0
          do {
            byte = bytes[at++]!
            length |= (byte & 0x7f) << shift
            shift += 7
          } while (byte >= 0x80)
        }
        this.start = at
        at += length
        break
      }
      case 5:
        this.start = at
        at += 4
        break
      default:
        this.start = at
        at = this.#afterGroup()
    }
    if (!(at <= limit)) throw new DecodeError('stored otlp', `byte ${this.start}`, 'value ends after its message')
    this.end = at
    this.#next = at
    return true
  }

  /** A group: no version of OTLP has one, but what a decoder passes over must not stop a block. */
  #afterGroup(): number {
    const reader = new ProtobufReader('stored otlp', this.bytes, this.#next, this.#limit)
    reader.next()
    return reader.position
  }
}
