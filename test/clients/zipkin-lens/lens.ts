// Zipkin's own page, Lens, as it is released inside Zipkin's server: served by Clew from a folder, in a real Chromium, it
// finds a trace and shows both halves of a shared span as one call.
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startBrowser } from '../../browser/browser.ts'
import { doorUrl, eventually } from '../../e2e/ask-server.ts'
import { newTraceId } from '../../e2e/otlp-json.ts'
import type { ServerProcess } from '../../e2e/server-process.ts'
import type { Client } from '../client.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const RELEASE = '3.5.1'
const WITHIN_MS = 15_000

/** Frontend calls backend, which asks mysql and fails. */
function spansOfTrace(traceId: string) {
  const timestamp = (Date.now() - 5_000) * 1000
  const [frontend, backend] = [{ serviceName: 'Frontend' }, { serviceName: 'backend' }]
  const call = { traceId, id: '0000000000000001', name: 'Get /API' }
  return [
    { ...call, kind: 'CLIENT', timestamp, duration: 207_000, localEndpoint: frontend, remoteEndpoint: backend },
    {
      ...{ ...call, kind: 'SERVER', shared: true, timestamp: timestamp + 50_000, duration: 100_000 },
      ...{ localEndpoint: backend, tags: { error: 'no stock' } },
    },
    {
      ...{ traceId, parentId: call.id, id: '0000000000000002', name: 'query', timestamp: timestamp + 60_000 },
      ...{ duration: 40_000, localEndpoint: backend, remoteEndpoint: { serviceName: 'mysql' } },
    },
  ]
}

async function tryLens(server: ServerProcess): Promise<void> {
  const { origin } = await doorUrl(server, 'zipkin')
  const traceId = newTraceId()
  const body = JSON.stringify(spansOfTrace(traceId))
  await fetch(`${origin}/api/v2/spans`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  await eventually(
    async () => (await (await fetch(`${origin}/api/v2/traces`)).json()) as unknown[],
    (traces) => traces.length === 1,
  )
  const browser = await startBrowser()
  if (typeof browser === 'string') throw new Error(`no browser: ${browser}`)
  try {
    const page = await browser.newPage()
    const problems = listenForProblems(page)
    await page.goto(`${origin}/`)
    await page.getByRole('button', { name: /run query/i }).click()
    await page.getByText('frontend: get /api').waitFor({ timeout: WITHIN_MS })
    await page.goto(`${origin}/zipkin/traces/${traceId}`)
    for (const text of ['backend: get /api', 'backend: query', traceId])
      await page.getByText(text).first().waitFor({ timeout: WITHIN_MS })
    if (problems.length > 0) throw new Error(problems.join('; '))
  } finally {
    await browser.close()
  }
}

/** What the page could not do: requests refused, errors thrown, what its security headers forbade. */
function listenForProblems(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', ({ message }) => problems.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`)
  })
  return problems
}

export const ZIPKIN_LENS: Client = {
  runtimes: ['mvn', 'unzip'],
  folder,
  install: [
    {
      run: [
        ...['mvn', '-q', '-B', 'dependency:copy', `-Dartifact=io.zipkin:zipkin-server:${RELEASE}:jar:exec`],
        '-DoutputDirectory=.installed',
      ],
    },
    {
      run: [
        'unzip',
        '-o',
        '-j',
        `.installed/zipkin-server-${RELEASE}-exec.jar`,
        '*/zipkin-lens-*.jar',
        '-d',
        '.installed',
      ],
    },
    { run: ['unzip', '-o', `.installed/zipkin-lens-${RELEASE}.jar`, 'zipkin-lens/*', '-d', '.installed'] },
  ],
  settings: { 'zipkin.ui_path': `${folder}.installed/zipkin-lens` },
  ways: { 'search and a trace': tryLens },
}
