// Counts the items of a request that cannot be kept, and remembers the first for the answer (OTLP partial success).

export class Rejections {
  count = 0
  #first = ''
  readonly #item: 'span' | 'log record'

  constructor(item: 'span' | 'log record') {
    this.#item = item
  }

  /** `index` counts the items of the request from 0; `id` is what came where `expected` should have been. */
  add(index: number, field: string, expected: string, idLength: number): void {
    if (this.count++ > 0) return
    const got =
      idLength === 0 ? 'none' : `${idLength} bytes${idLength === 8 || idLength === 16 ? ', all zero or too many' : ''}`
    this.#first = `${this.#item} ${index} of the request: ${field} must be ${expected}, got ${got}`
  }

  /** What the sender is told; '' when nothing was rejected. */
  get reason(): string {
    if (this.count === 0) return ''
    return `${this.count} ${this.#item}${this.count === 1 ? ' was' : 's were'} rejected; the first is ${this.#first}`
  }
}
