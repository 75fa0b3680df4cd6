// Where the strategies come from: nothing, the setting itself, or a file, which is read again when it has changed. Nobody
// watches the file: whoever asks for a strategy looks, a second after the last look at the earliest.
import { readFile, stat } from 'node:fs/promises'
import { ClewError, type Clock } from '@clew/model'
import type { Logger } from '../../../telemetry/logger.ts'
import { parseStrategies } from './parse-strategies.ts'
import { KEEP_ALL, type SamplingStrategies } from './strategy.ts'

export interface StrategySource {
  /** Never rejects: while the file cannot be read, what it said before holds. */
  current(): Promise<SamplingStrategies>
}

export interface StrategySourceParts {
  /** Of `jaeger_sampling.strategies`: '', JSON, or a path. */
  readonly setting: string
  readonly clock: Clock
  readonly logger: Pick<Logger, 'info' | 'warn'>
}

const SETTING = 'jaeger_sampling.strategies'
const LOOK_EVERY_MS = 1_000

/** Throws SETTING_INVALID when there is a file that cannot be read, or strategies that make no sense. */
export async function openStrategySource({ setting, clock, logger }: StrategySourceParts): Promise<StrategySource> {
  if (setting.trim() === '') return { current: async () => KEEP_ALL }
  if (setting.trimStart().startsWith('{')) {
    const strategies = parseStrategies(setting, SETTING)
    warn(strategies, logger)
    return { current: async () => strategies }
  }
  const file = new StrategyFile(setting, clock, logger)
  await file.open()
  return file
}

class StrategyFile implements StrategySource {
  readonly #path: string
  readonly #clock: Clock
  readonly #logger: StrategySourceParts['logger']
  #strategies = KEEP_ALL
  /** Of the file that was read: when it was changed, and how long it is. */
  #version = ''
  #lookedMs = 0
  #looking: Promise<void> | undefined
  #lastProblem = ''

  constructor(path: string, clock: Clock, logger: StrategySourceParts['logger']) {
    this.#path = path
    this.#clock = clock
    this.#logger = logger
  }

  async open(): Promise<void> {
    this.#lookedMs = this.#clock.nowMs()
    await this.#readIfChanged()
  }

  async current(): Promise<SamplingStrategies> {
    if (this.#clock.nowMs() - this.#lookedMs >= LOOK_EVERY_MS) {
      this.#looking ??= this.#look()
      await this.#looking
    }
    return this.#strategies
  }

  async #look(): Promise<void> {
    try {
      await this.#readIfChanged()
      this.#lastProblem = ''
    } catch (error) {
      const problem = (error as Error).message
      if (problem !== this.#lastProblem) this.#logger.warn(`${problem}; the strategies from before hold`)
      this.#lastProblem = problem
    } finally {
      this.#lookedMs = this.#clock.nowMs()
      this.#looking = undefined
    }
  }

  async #readIfChanged(): Promise<void> {
    const source = `${SETTING}: ${this.#path}`
    try {
      const { mtimeMs, size } = await stat(this.#path)
      const version = `${mtimeMs} ${size}`
      if (version === this.#version) return
      const strategies = parseStrategies(await readFile(this.#path, 'utf8'), source)
      if (this.#version !== '') this.#logger.info(`${source}: read again`)
      warn(strategies, this.#logger)
      this.#strategies = strategies
      this.#version = version
    } catch (error) {
      if (error instanceof ClewError) throw error
      throw new ClewError('SETTING_INVALID', `${source}: expected a file that can be read: ${(error as Error).message}`)
    }
  }
}

function warn({ warnings }: SamplingStrategies, logger: StrategySourceParts['logger']): void {
  for (const warning of warnings) logger.warn(`${SETTING}: ${warning}`)
}
