// What came in, live: behind `/clew/v1/ingest` and the counter on the page. Counts since the start of the process, of each
// tenant by itself: how much another one sends is nobody's business.
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
  /** Tenants are those of the configured keys, so they are few. */
  readonly #tenants = new Map<string, TenantCounters>()

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** One acknowledged request. */
  accepted(tenant: string, signal: 'spans' | 'logs', items: number, rejected: number): void {
    let counters = this.#tenants.get(tenant)
    if (counters === undefined) {
      counters = new TenantCounters()
      this.#tenants.set(tenant, counters)
    }
    counters.accepted(signal, items, rejected, this.#clock.nowMs())
  }

  snapshot(tenant: string): IngestSnapshot {
    return (this.#tenants.get(tenant) ?? new TenantCounters()).snapshot(this.#clock.nowMs())
  }
}

class TenantCounters {
  /** Spans by second, at index second % length: the window and the second that still runs. */
  readonly #perSecond = new Float64Array(WINDOW_SECONDS + 1)
  #second = 0
  #spans = 0
  #logs = 0
  #requests = 0
  #rejected = 0
  #lastAcceptedMs: number | undefined

  accepted(signal: 'spans' | 'logs', items: number, rejected: number, nowMs: number): void {
    this.#requests++
    this.#rejected += rejected
    if (items === 0) return
    this.#lastAcceptedMs = nowMs
    if (signal === 'logs') {
      this.#logs += items
      return
    }
    this.#spans += items
    this.#advance(nowMs)
    this.#perSecond[this.#second % this.#perSecond.length]! += items
  }

  snapshot(nowMs: number): IngestSnapshot {
    this.#advance(nowMs)
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
