// The `test` of the browser suites: one browser a file, a fresh page a test, skipped where no browser can start.
import { afterAll, afterEach, beforeAll, test } from 'vitest'
import { PageUnderTest } from './page-under-test.ts'

/** Call once at the top of a suite; the function it gives declares a test that needs the browser. */
export function browserTests(): (name: string, body: (tested: PageUnderTest) => Promise<void>) => void {
  let tested: PageUnderTest | undefined
  beforeAll(async () => {
    tested = await PageUnderTest.start()
  })
  afterEach(() => tested?.leave())
  afterAll(() => tested?.stop())
  return (name, body) => test(name, (context) => (tested === undefined ? context.skip() : body(tested)))
}
