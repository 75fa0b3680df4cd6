// Counts the spans of a request that cannot be kept, and remembers the first for the answer (OTLP partial success).

export class Rejections {
  count = 0
  #first = ''

  /** `index` counts the spans of the request from 0; `gotBytes` is the length of the id where `bytes` were expected. */
  add(index: number, field: string, bytes: number, gotBytes: number): void {
    if (this.count++ > 0) return
    const got = gotBytes === bytes ? 'zeros' : gotBytes === 0 ? 'none' : `${gotBytes} bytes`
    this.#first = `span ${index} of the request: ${field} must be ${bytes} bytes, not all zero, got ${got}`
  }

  /** What the sender is told; '' when nothing was rejected. */
  get reason(): string {
    if (this.count === 0) return ''
    return `${this.count} span${this.count === 1 ? ' was' : 's were'} rejected; the first is ${this.#first}`
  }
}
