// What was wrong with single spans of a body: the rejected counted, and the first problems said in words.

/** Further ones are only counted: a body may hold hundreds of thousands. */
const MOST_SAID = 100

export interface SpanProblem {
  /** `[0].spans[3].id: expected a text, got none` */
  readonly message: string
  /** The span was left out. */
  readonly isRejected: boolean
}

export class SpanProblems {
  readonly said: SpanProblem[] = []
  /** Those that are not said. */
  unsaid = 0
  rejected = 0
  #firstRejected = ''

  /** The span at the path is left out. */
  reject(path: string, problem: string): void {
    if (this.rejected++ === 0) this.#firstRejected = `${path}: ${problem}`
    this.#say(path, problem, true)
  }

  /** The span at the path is kept all the same. */
  note(path: string, problem: string): void {
    this.#say(path, problem, false)
  }

  /** For the counters; '' when no span was left out. */
  get reason(): string {
    if (this.rejected === 0) return ''
    return `${this.rejected} span${this.rejected === 1 ? ' was' : 's were'} rejected; the first is ${this.#firstRejected}`
  }

  #say(path: string, problem: string, isRejected: boolean): void {
    if (this.said.length === MOST_SAID) this.unsaid++
    else this.said.push({ message: `${path}: ${problem}`, isRejected })
  }
}
