// The first minutes: before any span, the first trace, and the languages and themes around it.
import { expect } from 'vitest'
import { browserTests } from './browser-test.ts'
import { koreanTrace, scanTrace } from './fixture-pipelines.ts'

const test = browserTests()
const NOW = Date.now()

test('says what it listens on before any span has come, and how to send one', async (tested) => {
  const { page, complaints } = await tested.visit([])
  await page.getByRole('heading', { name: 'Waiting for the first span' }).waitFor()
  await page.getByText('http://localhost:4318/v1/traces', { exact: true }).waitFor()
  await page.getByRole('tab', { name: 'curl' }).click()
  expect(await page.getByRole('tabpanel').innerText()).toContain('curl -sS http://localhost:4318/v1/traces')
  expect(complaints).toEqual([])
})

test('copies the set-up', async (tested) => {
  const { page } = await tested.visit([])
  await page.getByRole('tab', { name: 'Python' }).click()
  await page.getByRole('tabpanel').getByRole('button', { name: 'Copy Install' }).click()
  await page.getByText('Copied').first().waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^pip install opentelemetry-sdk/)
})

test('turns into the first trace by itself when one arrives', async (tested) => {
  const { page, api, complaints } = await tested.visit([])
  await page.getByText('0 spans received').waitFor()
  await page.getByRole('heading', { name: 'Waiting for the first span' }).waitFor()
  api.arrive([scanTrace(1, NOW)])
  await page.getByRole('treegrid').waitFor()
  await page.getByRole('heading', { name: 'POST /scan' }).waitFor()
  expect(complaints).toEqual([])
})

test('shows a trace that came between its first question and the first event', async (tested) => {
  const { page } = await tested.visit([], {
    prepare: (api) => {
      api.missed = scanTrace(1, NOW)
    },
  })
  await page.getByRole('link', { name: 'POST /scan' }).waitFor()
})

test('speaks Korean to a Korean browser, and English when asked', async (tested) => {
  const { page } = await tested.visit([], { language: 'ko-KR' })
  await page.getByRole('heading', { name: '첫 번째 스팬을 기다리는 중' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('ko')
  await page.getByRole('button', { name: '언어' }).click()
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Waiting for the first span' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Waiting for the first span' }).waitFor()
})

test('follows the theme of the system until a person chooses one', async (tested) => {
  const { page } = await tested.visit([], { dark: true })
  const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
  await page.getByRole('button', { name: 'Theme' }).waitFor()
  expect(await background()).toBe('rgb(18, 18, 17)')
  await page.getByRole('button', { name: 'Theme' }).click()
  await page.getByRole('menuitemradio', { name: 'Light' }).click()
  expect(await background()).toBe('rgb(251, 251, 249)')
})

test('asks for a key where the server wants one, and goes on with it', async (tested) => {
  const { page } = await tested.visit([koreanTrace(2, NOW)], {
    prepare: (api) => {
      api.key = 'open sesame'
    },
  })
  await page.getByLabel('Key').fill('wrong')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByText('The server does not accept this key.').waitFor()
  await page.getByLabel('Key').fill('open sesame')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('link', { name: '주문 접수' }).waitFor()
})

test('says so when the server does not answer, and recovers', async (tested) => {
  const { page } = await tested.visit([koreanTrace(2, NOW)])
  await page.route('**/clew/v1/search*', (route) => route.abort())
  await page.goto(`${new URL(page.url()).origin}/?service=x`)
  await page.getByRole('alert').getByText('Clew does not answer').waitFor()
  await page.unroute('**/clew/v1/search*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('No traces match').waitFor()
})

test('has a page for addresses that do not exist', async (tested) => {
  const { page } = await tested.visit([], { path: '/nowhere' })
  await page.getByText('Nothing here').waitFor()
})
