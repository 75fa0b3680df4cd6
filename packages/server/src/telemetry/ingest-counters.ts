// What came in, live: behind `/clew/v1/ingest` and the counter on the page. Counts since the start of the process.
import { type Clock, systemClock } from '@clew/model'

export interface IngestSnapshot {
  readonly spansAccepted: number
  readonly logsAccepted: number
  readonly requests: number
  /** Items the answers called rejected. */
  readonly rejected: number
  /** Mean of the last five whole seconds. */
  readonly spansPerSecond: number
  /** Milliseconds since the Unix epoch; undefined before the first accepted item. */
  readonly lastAcceptedMs: number | undefined
}

const WINDOW_SECONDS = 5

export class IngestCounters {
  readonly #clock: Clock
  /** Spans by second, at index second % length: the window and the second that still runs. */
  readonly #perSecond = new Float64Array(WINDOW_SECONDS + 1)
  #second = 0
  #spans = 0
  #logs = 0
  #requests = 0
  #rejected = 0
  #lastAcceptedMs: number | undefined

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** One acknowledged request. */
  accepted(signal: 'spans' | 'logs', items: number, rejected: number): void {
    const now = this.#clock.nowMs()
    this.#requests++
    this.#rejected += rejected
    if (items === 0) return
    this.#lastAcceptedMs = now
    if (signal === 'logs') {
      this.#logs += items
      return
    }
    this.#spans += items
    this.#advance(now)
    this.#perSecond[this.#second % this.#perSecond.length]! += items
  }

  snapshot(): IngestSnapshot {
    this.#advance(this.#clock.nowMs())
    const running = this.#perSecond[this.#second % this.#perSecond.length]!
    const inWindow = this.#perSecond.reduce((sum, count) => sum + count, -running)
    return {
      spansAccepted: this.#spans,
      logsAccepted: this.#logs,
      requests: this.#requests,
      rejected: this.#rejected,
      spansPerSecond: inWindow / WINDOW_SECONDS,
      lastAcceptedMs: this.#lastAcceptedMs,
    }
  }

  /** Empties the seconds that passed since the last call. */
  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    const length = this.#perSecond.length
    for (let s = Math.max(this.#second + 1, second - length + 1); s <= second; s++) this.#perSecond[s % length] = 0
    this.#second = Math.max(this.#second, second)
  }
}
