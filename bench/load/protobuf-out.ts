// A forward protobuf writer for the load: it writes into one big buffer and patches lengths in place. Independent of the
// codecs of the product on purpose: a mistake in those must not hide itself here.

export class ProtobufOut {
  readonly bytes: Buffer
  at = 0

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafe(capacity)
  }

  varint(value: number): void {
    let rest = value
    while (rest >= 128) {
      this.bytes[this.at++] = (rest & 127) | 128
      rest = Math.floor(rest / 128)
    }
    this.bytes[this.at++] = rest
  }

  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  /** `length` bytes of `source` from `offset`, as a field with its tag. */
  bytesField(field: number, source: Uint8Array, offset: number, length: number): void {
    this.varint((field << 3) | 2)
    this.varint(length)
    for (let i = 0; i < length; i++) this.bytes[this.at + i] = source[offset + i]!
    this.at += length
  }

  text(field: number, value: string): void {
    this.varint((field << 3) | 2)
    const mark = this.begin(1)
    this.at += this.bytes.write(value, this.at, 'utf8')
    this.end(mark, 1)
  }

  /** fixed64 of `base` + `offset`, where the offset is an integer below 2^53. */
  fixed64(field: number, base: { low: number; high: number }, offset: number): void {
    this.bytes[this.at++] = (field << 3) | 1
    const sum = base.low + (offset % 4294967296)
    this.bytes.writeUInt32LE(sum % 4294967296, this.at)
    this.bytes.writeUInt32LE(base.high + Math.floor(offset / 4294967296) + (sum >= 4294967296 ? 1 : 0), this.at + 4)
    this.at += 8
  }

  double(field: number, value: number): void {
    this.bytes[this.at++] = (field << 3) | 1
    this.at = this.bytes.writeDoubleLE(value, this.at)
  }

  /** Leaves `reserve` bytes for a length that `end` fills in; returns where the content starts. */
  begin(reserve: number): number {
    this.at += reserve
    return this.at
  }

  /** Writes the length before `start`, moving the content when the varint has another size than was reserved. */
  end(start: number, reserve: number): void {
    const length = this.at - start
    const size = length < 128 ? 1 : length < 16384 ? 2 : length < 2097152 ? 3 : 4
    if (size !== reserve) this.bytes.copyWithin(start - reserve + size, start, this.at)
    this.at = start - reserve
    this.varint(length)
    this.at += length
  }
}
