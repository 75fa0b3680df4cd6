// Services and operations from the minute counts. Pages ask for them again and again: an answer is given again until the
// next block.
import type { Operation, ServiceCount, StatsRange } from '../query/trace-reader.ts'
import { BlockMemory } from './block-memory.ts'
import { compileOperations, compileServices } from './compile-lookup.ts'
import type { Questions } from './engine.ts'
import { spanKind } from './read-rows.ts'

export class ServiceLists {
  readonly #engine: Questions
  readonly #services = new BlockMemory<readonly ServiceCount[]>()
  readonly #operations = new BlockMemory<readonly Operation[]>()

  constructor(engine: Questions) {
    this.#engine = engine
  }

  services(tenant: string, range: StatsRange, block: bigint): Promise<readonly ServiceCount[]> {
    const question = compileServices(tenant, range)
    return this.#services.read(question.text, block, async () => {
      const result = await this.#engine.query(question, undefined, { tenant })
      const [name, spans, errors] = [result.column('service'), result.column('spans'), result.column('errors')]
      return Array.from({ length: result.rows }, (_, row) => ({
        name: name.text(row),
        spanCount: spans.number(row),
        errorCount: errors.number(row),
      }))
    })
  }

  operations(tenant: string, service: string, range: StatsRange, block: bigint): Promise<readonly Operation[]> {
    const question = compileOperations(tenant, service, range)
    return this.#operations.read(question.text, block, async () => {
      const result = await this.#engine.query(question, undefined, { tenant })
      const [name, kind, spans] = [result.column('name'), result.column('kind'), result.column('spans')]
      return Array.from({ length: result.rows }, (_, row) => ({
        name: name.text(row),
        kind: spanKind(kind.number(row)),
        spanCount: spans.number(row),
      }))
    })
  }
}
