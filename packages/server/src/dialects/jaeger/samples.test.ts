// A folder in samples/ is a test: the request in `input.txt`, whose body is in `body.json` if it has one, is asked of the
// small world of query-contract.ts, and the whole answer compared with `expected.txt`. `npm run accept` writes what came out.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AskedJaeger, openJaeger } from './query-contract.ts'

const SAMPLES = fileURLToPath(new URL('samples', import.meta.url))

describe('the query API of Jaeger', () => {
  let jaeger: AskedJaeger
  beforeAll(async () => {
    jaeger = await openJaeger()
  })
  afterAll(() => jaeger.stop())

  it.each(readdirSync(SAMPLES))('%s', async (name) => {
    const [method, url] = readFileSync(join(SAMPLES, name, 'input.txt'), 'utf8')
      .trim()
      .split(' ')
    const body = join(SAMPLES, name, 'body.json')
    const answer = await jaeger.app.inject({
      method: method as 'GET',
      url: url!,
      ...(existsSync(body) && { body: readFileSync(body) }),
    })
    const outcome = `${answer.statusCode} ${answer.headers['content-type']}\n${answer.body.trimEnd()}\n`
    await expect(outcome).toMatchFileSnapshot(join(SAMPLES, name, 'expected.txt'))
  })
})
