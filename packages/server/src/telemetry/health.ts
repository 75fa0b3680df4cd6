// Whether Clew can do its work: every part that can fail reports here, and `/readyz` shows all of them.

export interface CheckResult {
  readonly ok: boolean
  /** What an operator should know, in words; also shown when all is well, where it says something. */
  readonly detail?: string
}

export type Check = () => CheckResult | Promise<CheckResult>

export interface Readiness {
  readonly ready: boolean
  readonly checks: Readonly<Record<string, CheckResult>>
}

/** A check that does not answer in time has failed: probes must not hang with what they probe. */
const CHECK_TIMEOUT_MS = 2_000

export class Health {
  readonly #checks = new Map<string, Check>()
  #stopping = false
  /** Anybody may ask, without a key and as often as they like: who asks meanwhile gets the same answer. */
  #asked: Promise<Readiness> | undefined

  register(name: string, check: Check): void {
    this.#checks.set(name, check)
  }

  /** From now on not ready, so that load balancers turn away before the doors close. */
  stopping(): void {
    this.#stopping = true
  }

  readiness(): Promise<Readiness> {
    this.#asked ??= this.#ask().finally(() => {
      this.#asked = undefined
    })
    return this.#asked
  }

  async #ask(): Promise<Readiness> {
    const entries = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, await runCheck(check)] as const),
    )
    const checks: Record<string, CheckResult> = Object.fromEntries(entries)
    if (this.#stopping) checks.process = { ok: false, detail: 'stopping' }
    return { ready: Object.values(checks).every((result) => result.ok), checks }
  }
}

async function runCheck(check: Check): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(
      () => resolve({ ok: false, detail: `no answer within ${CHECK_TIMEOUT_MS} ms` }),
      CHECK_TIMEOUT_MS,
    )
  })
  try {
    return await Promise.race([check(), late])
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}
