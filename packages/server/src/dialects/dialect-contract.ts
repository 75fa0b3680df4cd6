// What every dialect that answers questions promises, whatever its shapes: a suite that each one's tests call.
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** One question in the dialect's own words. */
export interface DialectQuestion {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Part of the answer that only its owner may see. */
  readonly secret: string
  /** Status where nothing is found, if neither 200 nor 404. */
  readonly statusOfNothing?: number
}

export interface AskedDialect {
  readonly app: FastifyInstance
  /** Headers that make a request one of this tenant. */
  readonly asTenant: (tenant: string) => Readonly<Record<string, string>>
  stop(): Promise<void>
}

/**
 * `open` fills a store with data of the tenant `owner` only. `questions` name every route of the dialect that tells
 * anything of stored data.
 */
export function describeAskedDialect(
  name: string,
  open: () => Promise<AskedDialect>,
  questions: readonly DialectQuestion[],
): void {
  describe(`${name}: what every dialect promises`, () => {
    let dialect: AskedDialect
    beforeAll(async () => {
      dialect = await open()
    })
    afterAll(() => dialect.stop())

    const ask = ({ url, headers }: DialectQuestion, tenant: string) =>
      dialect.app.inject({ url, headers: { ...headers, ...dialect.asTenant(tenant) } })

    it.each(questions)('$url tells its owner', async (question) => {
      const answer = await ask(question, 'owner')
      expect(answer.statusCode).toBe(200)
      expect(answer.rawPayload.includes(question.secret)).toBe(true)
    })

    it.each(questions)('$url tells another tenant nothing', async (question) => {
      const answer = await ask(question, 'other')
      expect([200, 404, question.statusOfNothing]).toContain(answer.statusCode)
      expect(answer.rawPayload.includes(question.secret)).toBe(false)
    })

    it.each(questions)('$url is never answered from a cache', async (question) => {
      const answer = await ask(question, 'owner')
      expect(answer.headers['cache-control']).toBe('no-store')
    })
  })
}
