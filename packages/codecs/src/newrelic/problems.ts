// What was wrong with single spans of a body: counted, and the first ones said in words.

/** Further ones are only counted: a body may hold hundreds of thousands. */
export const MOST_SAID = 100

export interface SpanProblem {
  /** `[0].spans[3].id: expected a text, got none` */
  readonly message: string
}

export class SpanProblems {
  readonly said: SpanProblem[] = []
  count = 0

  add(path: string, problem: string): void {
    if (this.count++ < MOST_SAID) this.said.push({ message: `${path}: ${problem}` })
  }

  /** For the counters; '' when nothing was wrong. */
  get reason(): string {
    if (this.count === 0) return ''
    return `${this.count} span${this.count === 1 ? ' was' : 's were'} rejected; the first is ${this.said[0]!.message}`
  }
}
