// A trace: waterfall by pointer and by keyboard, what a screen reader is told, span panel, logs, large traces.
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { browserTests } from './browser-test.ts'
import { koreanTrace, largeTrace, orphanTrace, scanTrace } from './fixture-pipelines.ts'
import { spanIdOf, traceAddress } from './page-under-test.ts'

const test = browserTests()
const NOW = Date.now()
const GOOD = scanTrace(1, NOW)
const FAILED = scanTrace(4, NOW - 1_000)
const ORPHANS = orphanTrace(3, NOW - 2_000)
const KOREAN = koreanTrace(2, NOW - 3_000)
const LARGE = largeTrace(5, NOW - 60_000, 10_000)
const ALL = [GOOD, FAILED, ORPHANS, KOREAN, LARGE]

const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${name},`) })

test('tells a screen reader the tree: level, place among siblings, open or closed, times', async (tested) => {
  const { page, complaints } = await tested.visit(ALL, { path: traceAddress(GOOD) })
  const grid = page.getByRole('treegrid')
  await grid.waitFor()
  expect(await grid.getAttribute('aria-rowcount')).toBe('17')
  const step = row(page, 'rule_match')
  expect(await step.getAttribute('aria-level')).toBe('4')
  expect(await step.getAttribute('aria-posinset')).toBe('2')
  expect(await step.getAttribute('aria-setsize')).toBe('5')
  expect(await step.getAttribute('aria-expanded')).toBeNull()
  expect(await row(page, 'vision_scan').getAttribute('aria-expanded')).toBe('true')
  expect((await step.getAttribute('aria-label'))?.replaceAll('\u202f', ' ')).toBe(
    'rule_match, celery-worker, internal, starts at 2.78 s, lasts 500 ms, 500 ms by itself',
  )
  expect(complaints).toEqual([])
})

test('is walked, folded and opened by keyboard alone', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(GOOD) })
  await row(page, 'POST /scan').focus()
  const focused = async () => (await page.locator(':focus').getAttribute('aria-label'))?.split(',')[0]
  await page.keyboard.press('ArrowDown')
  await expect.poll(focused).toBe('validate_request')
  await page.keyboard.press('End')
  await expect.poll(focused).toBe('publish_character_granted')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(focused).toBe('character.consumer')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => row(page, 'character.consumer').getAttribute('aria-expanded')).toBe('false')
  expect(await focused()).toBe('character.consumer')
  await page.keyboard.press('Home')
  await expect.poll(focused).toBe('POST /scan')
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Span' }).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('complementary').count()).toBe(0)
  expect(await focused()).toBe('POST /scan')
})

test('the state of folding is in the address', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(GOOD) })
  await row(page, 'celery.process_image').getByRole('button', { name: 'Collapse' }).click()
  await page.getByText('5 of 16 spans shown as rows').waitFor()
  await page.reload()
  await page.getByText('5 of 16 spans shown as rows').waitFor()
  await page.getByRole('button', { name: 'Expand all' }).click()
  await row(page, 'grant_reward').waitFor()
  await page.getByRole('button', { name: 'Collapse all' }).click()
  await page.getByText('1 of 16 spans shown as rows').waitFor()
})

test('a failed span shows its exception, stack trace, attributes and logs', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(FAILED) })
  await row(page, 'call_llm_api').click()
  const panel = page.getByRole('complementary', { name: 'Span' })
  await panel.getByText('LLMTimeout', { exact: true }).waitFor()
  await panel.getByText('Stack trace').click()
  await panel.getByText('in process_image').waitFor()
  await panel.getByText('gen_ai.usage.output_tokens').waitFor()
  await panel.getByText('llm call timed out').waitFor()
  await panel.getByText('Resource').click()
  await panel.getByText('llm-api-6d9f7c-x2k').waitFor()
  expect(new URL(page.url()).searchParams.get('span')).toBe(spanIdOf(FAILED, 'call_llm_api'))
})

test('an attribute leads to the spans that share it', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(GOOD, `?span=${spanIdOf(GOOD, 'rule_match')}`) })
  await page.getByText('task.step').hover()
  await page.getByRole('link', { name: 'Find spans with this task.step' }).click()
  await page.getByRole('button', { name: 'Attribute: span.task.step = "rule"' }).waitFor()
})

test('a link leads to the other trace and span', async (tested) => {
  const { page } = await tested.visit(ALL, {
    path: traceAddress(GOOD, `?span=${spanIdOf(GOOD, 'character.consumer')}`),
  })
  await page.getByRole('link', { name: /Open the linked trace/ }).click()
  await page.getByText('This span is not in the trace.').waitFor()
  await page.getByRole('heading', { name: 'Root span not received' }).waitFor()
})

test('spans whose parent never arrived are marked and counted', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(ORPHANS) })
  await page.getByText('The parent of 2 spans never arrived.').waitFor()
  expect(await page.getByRole('row', { name: /parent never arrived/ }).count()).toBe(2)
})

test('the logs of a trace lead to their spans', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(KOREAN), language: 'ko-KR' })
  await page.getByRole('tab', { name: '로그 2' }).click()
  const line = page.getByRole('listitem').filter({ hasText: '결제가 거절되었습니다' })
  await line.hover()
  await line.getByRole('button', { name: '스팬 보기' }).click()
  await page
    .getByRole('complementary', { name: '스팬' })
    .getByText('카드 한도를 초과했습니다', { exact: true })
    .waitFor()
})

test('finds spans and steps through them, opening what is folded', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(LARGE, '?depth=0') })
  await page.getByText('1 of 10,000 spans shown as rows').waitFor()
  await page.getByRole('searchbox', { name: 'Find spans' }).fill('notify')
  await page.getByText('17 found').waitFor()
  await page.getByRole('button', { name: 'Next match' }).click()
  await page.getByText('1 of 17').waitFor()
  await row(page, 'notify').first().waitFor()
  await page.getByRole('complementary').getByRole('heading', { name: 'notify' }).waitFor()
})

test('draws only the rows in view of 10,000 spans and reaches the last one', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(LARGE) })
  await row(page, 'nightly import').waitFor()
  expect(await page.getByRole('row').count()).toBeLessThan(80)
  await row(page, 'nightly import').focus()
  await page.keyboard.press('End')
  await expect.poll(() => page.locator(':focus').getAttribute('aria-rowindex')).toBe('10001')
  expect(await page.getByRole('row').count()).toBeLessThan(80)
})

test('the row with the focus stays when it is scrolled out of view', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(LARGE) })
  await row(page, 'batch 1').focus()
  await page.getByRole('treegrid').hover()
  await page.mouse.wheel(0, 50_000)
  await expect
    .poll(() =>
      row(page, 'batch 1')
        .isVisible()
        .then(() => page.getByRole('row').nth(3).innerText()),
    )
    .not.toBe('')
  expect(await page.locator(':focus').getAttribute('aria-label')).toMatch(/^batch 1,/)
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => page.locator(':focus').getAttribute('aria-rowindex')).toBe('4')
})

test('a part of the time is chosen in the overview and stands in the address', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(GOOD) })
  const strip = page.getByRole('img', { name: /Overview/ })
  const box = (await strip.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.25, box.y + 10)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.75, box.y + 10, { steps: 4 })
  await page.mouse.up()
  await page.getByRole('button', { name: 'Show the whole time' }).waitFor()
  expect(new URL(page.url()).searchParams.get('window')).toMatch(/^\d+-\d+$/)
  await page.getByRole('button', { name: 'Show the whole time' }).click()
  await expect.poll(() => new URL(page.url()).search).toBe('')
})

test('the copy buttons copy whole ids', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(GOOD) })
  await page.getByRole('button', { name: 'Copy Trace ID' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(GOOD.spans[0]!.traceId)
})

test('a trace that is not there yet appears when it arrives', async (tested) => {
  const { page, api } = await tested.visit([], { path: traceAddress(GOOD) })
  await page.getByText('No such trace').waitFor()
  api.arrive([GOOD])
  await page.getByRole('treegrid').waitFor()
})

test('fits a narrow window and one at 400 %', async (tested) => {
  for (const width of [390, 320]) {
    const address = traceAddress(FAILED, `?span=${spanIdOf(FAILED, 'call_llm_api')}`)
    const { page } = await tested.visit(ALL, { path: address, width, height: 400 })
    await page.getByRole('complementary').getByText('LLMTimeout', { exact: true }).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
  }
})
