// The colours of both themes against WCAG 2.2: text 4.5:1 on every surface it stands on, service colours 3:1.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const css = readFileSync(new URL('../../packages/web/src/drawing/tokens.css', import.meta.url), 'utf8')

const blocks = [...css.matchAll(/([^{}]+)\{([^{}]*--page:[^{}]*)\}/g)].map(([, , body]) => {
  const tokens = [...body!.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map(
    ([, name, value]) => [name!, value!] as const,
  )
  return new Map(tokens)
})
const [light, dark, darkBySystem] = blocks

describe.each([
  ['light', light!],
  ['dark', dark!],
])('%s', (_, tokens) => {
  const surfaces = ['--page', '--surface', '--sunken', '--hover', '--chosen']
  const texts = ['--ink', '--ink-2', '--ink-3', '--accent', '--error', '--warning']

  test.each(texts)('%s can be read on every surface', (text) => {
    for (const surface of surfaces) expect([surface, ratio(tokens, text, surface) >= 4.5]).toEqual([surface, true])
  })

  test('words on washes and on strong buttons can be read', () => {
    expect(ratio(tokens, '--error', '--error-wash')).toBeGreaterThanOrEqual(4.5)
    expect(ratio(tokens, '--ink', '--error-wash')).toBeGreaterThanOrEqual(4.5)
    expect(ratio(tokens, '--ink-2', '--error-wash')).toBeGreaterThanOrEqual(4.5)
    expect(ratio(tokens, '--warning', '--warning-wash')).toBeGreaterThanOrEqual(4.5)
    expect(ratio(tokens, '--on-accent', '--accent-strong')).toBeGreaterThanOrEqual(4.5)
    expect(ratio(tokens, '--ink-2', '--line')).toBeGreaterThanOrEqual(4.5)
  })

  test('service colours can be told from the page', () => {
    for (let i = 0; i < 10; i++)
      for (const surface of ['--page', '--surface', '--hover', '--chosen'])
        expect([i, surface, ratio(tokens, `--service-${i}`, surface) >= 3]).toEqual([i, surface, true])
  })
})

test('the dark values are the same whether the system or the person asks for them', () => {
  expect(darkBySystem).toEqual(dark)
  expect(dark!.size).toBe(light!.size)
})

function ratio(tokens: ReadonlyMap<string, string>, a: string, b: string): number {
  const [lighter, darker] = [luminance(tokens.get(a)!), luminance(tokens.get(b)!)].sort((x, y) => y - x)
  return (lighter! + 0.05) / (darker! + 0.05)
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
