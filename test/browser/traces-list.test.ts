// The list of traces: search, order, pages, what is new, and every state a link.
import { expect } from 'vitest'
import { browserTests } from './browser-test.ts'
import { koreanTrace, orphanTrace, scanTrace } from './fixture-pipelines.ts'

const test = browserTests()
const NOW = Date.now()
const TRACES = [
  koreanTrace(900, NOW - 1_000),
  orphanTrace(901, NOW - 2_000),
  ...[...Array(40).keys()].map((index) => scanTrace(index + 1, NOW - 3_000 - index * 1_000)),
]

test('lists the newest traces with root, services, counts and totals', async (tested) => {
  const { page, complaints } = await tested.visit(TRACES)
  await page.getByText('42 traces · 616 spans').waitFor()
  const rows = page.getByRole('row')
  expect(await rows.count()).toBe(31)
  const first = await rows.nth(1).innerText()
  for (const part of ['주문-서비스', '주문 접수', '재고-서비스', '184', '3']) expect(first).toContain(part)
  expect(await rows.nth(2).innerText()).toContain('Root span not received')
  expect(complaints).toEqual([])
})

test('a trace opens from its row and the way back finds the list as it was', async (tested) => {
  const { page } = await tested.visit(TRACES, { path: '/?order=duration' })
  await page.getByRole('link', { name: 'scan-api POST /scan' }).first().click()
  await page.getByRole('treegrid').waitFor()
  await page.goBack()
  expect(await page.getByRole('columnheader', { name: 'Duration' }).getAttribute('aria-sort')).toBe('descending')
})

test('filters by service and status, shows the matching spans, and can be cleared', async (tested) => {
  const { page } = await tested.visit(TRACES)
  await page.getByRole('button', { name: 'Filter by service' }).click()
  await page.getByRole('searchbox', { name: 'Find service' }).fill('llm')
  await page.getByRole('option', { name: 'llm-api' }).click()
  await page.getByRole('button', { name: 'Filter by status' }).click()
  await page.getByRole('option', { name: 'error' }).click()
  await page.getByText('5 traces · 5 matching spans').waitFor()
  expect(new URL(page.url()).search).toBe('?service=llm-api&status=error')
  await page
    .getByRole('link', { name: /call_llm_api/ })
    .first()
    .click()
  await page.getByRole('complementary', { name: 'Span' }).getByText('LLMTimeout', { exact: true }).waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'Clear all' }).click()
  await page.getByText('42 traces').waitFor()
})

test('takes an attribute condition with completed key and value', async (tested) => {
  const { page, api } = await tested.visit(TRACES)
  await page.getByRole('button', { name: 'Filter by attribute' }).click()
  await page.getByRole('combobox', { name: 'Key' }).fill('task.st')
  await page.getByRole('option', { name: 'task.step' }).click()
  await page.getByRole('combobox', { name: 'Value' }).fill('"visi')
  await page.getByRole('option', { name: '"vision"' }).click()
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('button', { name: 'Attribute: task.step = "vision"' }).waitFor()
  expect(api.requests.some((request) => request.includes('attribute=task.step+%3D+%22vision%22'))).toBe(true)
})

test('takes durations as people write them and refuses what is none', async (tested) => {
  const { page, api } = await tested.visit(TRACES)
  await page.getByRole('button', { name: 'Filter by duration' }).click()
  await page.getByLabel('At least').fill('soon')
  await page.getByText('Not a duration').waitFor()
  await page.getByLabel('At least').fill('1.5 s')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('button', { name: 'Duration: ≥ 1.5s' }).waitFor()
  expect(api.requests.some((request) => request.includes('minDuration=1.5s'))).toBe(true)
})

test('searches text, and an address with a search opens with it', async (tested) => {
  const { page } = await tested.visit(TRACES)
  await page.getByRole('searchbox').fill('결제')
  await page.keyboard.press('Enter')
  await page.getByText('1 trace · 1 matching span').waitFor()
  await page.reload()
  await page.getByText('1 trace · 1 matching span').waitFor()
  expect(await page.getByRole('searchbox').inputValue()).toBe('결제')
})

test('a trace id in the search field leads to its trace', async (tested) => {
  const { page } = await tested.visit(TRACES)
  await page.getByRole('searchbox').fill(` ${TRACES[5]!.spans[0]!.traceId.toUpperCase()} `)
  await page.keyboard.press('Enter')
  await page.getByRole('treegrid').waitFor()
})

test('pages go on by cursor and back again', async (tested) => {
  const { page } = await tested.visit(TRACES)
  await page.getByRole('link', { name: 'Next page' }).click()
  await page.getByText('Page 2').waitFor()
  await expect.poll(() => page.getByRole('row').count()).toBe(13)
  await page.getByRole('link', { name: 'Previous page' }).click()
  await expect.poll(() => page.getByRole('row').count()).toBe(31)
})

test('new traces are counted and only shown when asked for', async (tested) => {
  const { page, api } = await tested.visit(TRACES)
  await page.getByText('42 traces').waitFor()
  api.arrive([scanTrace(500, NOW), scanTrace(501, NOW)])
  await page.getByRole('button', { name: '2 new traces' }).click()
  await page.getByText('44 traces').waitFor()
  await expect.poll(() => page.getByRole('button', { name: /new traces/ }).count()).toBe(0)
})

test('what the server had to leave out is said', async (tested) => {
  const { page } = await tested.visit(TRACES, {
    prepare: (api) => {
      api.notices = ['Only the first 10,000 values were compared.']
      api.totalsExact = false
    },
  })
  await page.getByText('Only the first 10,000 values were compared.').waitFor()
  await page.getByText('At least 42 traces').waitFor()
})

test('fits a narrow window and one at 400 % without scrolling sideways', async (tested) => {
  for (const width of [390, 320]) {
    const { page } = await tested.visit(TRACES, { width, height: 600 })
    await page.getByRole('row').nth(3).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
  }
})
