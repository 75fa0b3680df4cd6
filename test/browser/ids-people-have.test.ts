// Traces opened by what people have of their ids: headers, short digits, texts of senders; what is shown as the id, and
// what is said where one means several traces.
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { ID_TEXT } from '../../packages/model/src/index.ts'
import { browserTests } from './browser-test.ts'
import { koreanTrace, orphanTrace, scanTrace } from './fixture-pipelines.ts'
import { attributesOf, type FixtureTrace } from './fixture-traces.ts'
import { spanIdOf, traceAddress } from './page-under-test.ts'

const test = browserTests()
const NOW = Date.now()
const SCAN = scanTrace(1, NOW)
const SCAN_ID = SCAN.spans[0]!.traceId
const STEP = spanIdOf(SCAN, 'rule_match')

function under(traceId: string, trace: FixtureTrace, idText?: string): FixtureTrace {
  const spans = trace.spans.map((span) => ({ ...span, traceId }))
  return { ...trace, spans, ...(idText === undefined ? {} : { idText }) }
}
const TEXT = 'order/4711 주문'
const KOREAN = under('ab'.repeat(16), koreanTrace(2, NOW - 1_000), TEXT)
const TEXT_123456 = under('cd'.repeat(16), scanTrace(3, NOW - 2_000), '123456')
const DIGITS_123456 = under('123456'.padStart(32, '0'), koreanTrace(4, NOW - 3_000))
const ORPHANS = orphanTrace(5, NOW - 4_000)
const ALL = [SCAN, KOREAN, TEXT_123456, DIGITS_123456, ORPHANS]

const jump = async (page: Page, text: string) => {
  await page.getByRole('textbox', { name: 'Open a trace by its ID' }).fill(text)
  await page.keyboard.press('Enter')
}
const address = (page: Page) => {
  const { pathname, search } = new URL(page.url())
  return decodeURIComponent(pathname) + search
}

test('a header opens its trace at the span that it names', async (tested) => {
  const { page, complaints } = await tested.visit(ALL)
  await jump(page, `traceparent: 00-${SCAN_ID}-${STEP}-01`)
  await page.getByRole('complementary', { name: 'Span' }).getByRole('heading', { name: 'rule_match' }).waitFor()
  await expect.poll(() => address(page)).toBe(`/traces/${SCAN_ID}?span=${STEP}`)
  expect(complaints).toEqual([])
})

test('headers that are pasted in several lines are read, by keyboard alone', async (tested) => {
  const { page } = await tested.visit(ALL)
  await page.getByRole('treegrid').or(page.getByRole('table')).waitFor()
  await page.evaluate(`navigator.clipboard.writeText('X-B3-TraceId: ${SCAN_ID}\\nX-B3-SpanId: ${STEP}')`)
  await page.getByRole('textbox', { name: 'Open a trace by its ID' }).focus()
  await page.keyboard.press('Control+V')
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Span' }).getByRole('heading', { name: 'rule_match' }).waitFor()
})

test('the text of a sender opens its trace, stays in the address, and is shown and copied as its id', async (tested) => {
  const { page, api } = await tested.visit(ALL)
  await jump(page, ` ${TEXT} `)
  await page.getByRole('heading', { name: '주문 접수' }).waitFor()
  expect(address(page)).toBe(`/traces/${TEXT}`)
  await page.getByRole('button', { name: 'Copy Trace ID' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(TEXT)
  await page.getByRole('row').nth(2).click()
  await page.getByRole('complementary', { name: 'Span' }).waitFor()
  expect(new URL(page.url()).pathname).toBe(`/traces/${encodeURIComponent(TEXT)}`)
  await page.reload()
  await page.getByRole('complementary', { name: 'Span' }).waitFor()
  expect(new Set(api.requests.filter((path) => path.endsWith('/columns'))).size).toBe(1)
})

test('the address of a trace in other systems leads to it too', async (tested) => {
  const { page } = await tested.visit(ALL, { path: `/trace/${encodeURIComponent(TEXT)}` })
  await page.getByRole('heading', { name: '주문 접수' }).waitFor()
  expect(address(page)).toBe(`/traces/${TEXT}`)
})

test('an id that means several traces lists them, and each can be opened', async (tested) => {
  const { page } = await tested.visit(ALL, { path: '/traces/123456' })
  await page.getByRole('heading', { name: 'This ID means several traces' }).waitFor()
  const choices = page.getByRole('list', { name: 'Traces with this ID' }).getByRole('link')
  expect(await choices.count()).toBe(2)
  await choices.filter({ hasText: '주문 접수' }).click()
  await page.getByRole('treegrid').waitFor()
  expect(address(page)).toBe(`/traces/${'123456'.padStart(32, '0')}`)
  await page.goBack()
  await choices.filter({ hasText: 'POST /scan' }).click()
  await page.getByRole('treegrid').waitFor()
  expect(address(page)).toBe(`/traces/${'cd'.repeat(16)}`)
  expect(await page.getByText('123456', { exact: true }).count()).toBe(1)
})

test('fewer digits give way to the whole id', async (tested) => {
  const { page } = await tested.visit(ALL)
  await jump(page, SCAN_ID.slice(16).toUpperCase())
  await page.getByRole('treegrid').waitFor()
  await expect.poll(() => address(page)).toBe(`/traces/${SCAN_ID}`)
})

test('what is found nowhere says so and what was looked for', async (tested) => {
  const { page } = await tested.visit(ALL)
  await jump(page, 'no such id')
  await page.getByRole('heading', { name: 'No such trace' }).waitFor()
  await page.getByText('no such id', { exact: true }).waitFor()
})

test('a header typed into the search of the list leads to the trace, words do not', async (tested) => {
  const { page } = await tested.visit(ALL)
  const search = page.getByRole('searchbox')
  await search.fill('123456')
  await page.keyboard.press('Enter')
  await expect.poll(() => new URL(page.url()).searchParams.get('text')).toBe('123456')
  await search.fill(`${SCAN_ID}:${STEP}:0:1`)
  await page.keyboard.press('Enter')
  await expect.poll(() => address(page)).toBe(`/traces/${SCAN_ID}?span=${STEP}`)
})

test('the part that spans play between services is shown, spoken and named', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(SCAN) })
  const root = page.getByRole('row', { name: /^POST \/scan,/ })
  expect(await root.getAttribute('aria-label')).toContain('entry of the service')
  await root.getByTitle('entry of the service').waitFor()
  await root.click()
  await page.getByRole('complementary', { name: 'Span' }).getByText('entry of the service').waitFor()
})

test('spans of one id are told apart, and their ids are shown as their senders wrote them', async (tested) => {
  const [first, second, ...rest] = SCAN.spans
  const twin = { ...second!, spanId: first!.spanId, name: 'twin', attributes: attributesOf({ [ID_TEXT.span]: 'B 2' }) }
  const { page } = await tested.visit([{ ...SCAN, spans: [first!, twin, ...rest] }], { path: traceAddress(SCAN) })
  await page.getByRole('row', { name: /^twin,/ }).click()
  const panel = page.getByRole('complementary', { name: 'Span' })
  await panel.getByRole('heading', { name: 'twin' }).waitFor()
  await panel.getByTitle(first!.spanId).getByText('B 2').waitFor()
  expect(new URL(page.url()).searchParams.get('span')).toBe(`${first!.spanId}.2`)
})

test('a trace without a root says so', async (tested) => {
  const { page } = await tested.visit(ALL, { path: traceAddress(ORPHANS) })
  await page.getByRole('heading', { name: 'Root span not received' }).waitFor()
})

test('the field speaks Korean, and fits a narrow window in the dark', async (tested) => {
  const { page } = await tested.visit(ALL, { language: 'ko-KR', dark: true, width: 320 })
  await page.getByRole('textbox', { name: 'ID로 트레이스 열기' }).fill('123456')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '이 ID에 해당하는 트레이스가 여러 개입니다' }).waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
})
