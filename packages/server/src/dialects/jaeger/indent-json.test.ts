import fc from 'fast-check'
import { expect, it } from 'vitest'
import { indentJson } from './indent-json.ts'

async function* cut(text: string, sizes: readonly number[]): AsyncGenerator<string> {
  let start = 0
  for (let i = 0; start < text.length; i++) {
    const end = start + (sizes[i % sizes.length] ?? text.length)
    yield text.slice(start, end)
    start = end
  }
}

it('writes what JSON.stringify writes with four spaces, however the text is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.jsonValue(),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
      async (value, sizes) => {
        let text = ''
        for await (const piece of indentJson(cut(JSON.stringify(value), sizes))) text += piece
        expect(text).toBe(JSON.stringify(value, undefined, 4))
      },
    ),
  )
})

it('leaves numbers as they are written', async () => {
  let text = ''
  for await (const piece of indentJson(cut('[-0,18446744073709551615,1e400]', [31]))) text += piece
  expect(text).toBe('[\n    -0,\n    18446744073709551615,\n    1e400\n]')
})
