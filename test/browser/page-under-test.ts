// The built page before a fake API in a real browser: what every browser test starts from. Where no browser can start the
// tests are skipped and say why.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { startBrowser } from './browser.ts'
import { type FakeApi, startFakeApi } from './fake-api.ts'
import type { FixtureTrace } from './fixture-traces.ts'

export interface Visit {
  readonly page: Page
  readonly api: FakeApi
  /** What the browser complained about: errors of scripts, of the content policy, of React. */
  readonly complaints: string[]
}

interface VisitOptions {
  readonly path?: string
  readonly language?: 'en-US' | 'ko-KR'
  readonly dark?: boolean
  readonly width?: number
  readonly height?: number
  /** Changes the server before the page asks it. */
  prepare?(api: FakeApi): void
}

export class PageUnderTest {
  readonly #folder: string
  readonly #browser: Browser
  readonly #open: (() => Promise<void>)[] = []

  private constructor(folder: string, browser: Browser) {
    this.#folder = folder
    this.#browser = browser
  }

  /** undefined, with the reason printed, when no browser can start here. */
  static async start(): Promise<PageUnderTest | undefined> {
    const browser = await startBrowser()
    if (typeof browser === 'string') {
      console.warn(`browser tests are skipped: ${browser}`)
      return undefined
    }
    const folder = await mkdtemp(join(tmpdir(), 'clew-page-'))
    const root = join(import.meta.dirname, '..', '..', 'packages', 'web')
    await build({ root, logLevel: 'error', build: { outDir: folder, emptyOutDir: true, reportCompressedSize: false } })
    return new PageUnderTest(folder, browser)
  }

  /** A new person with a new browser profile comes to the page. */
  async visit(traces: readonly FixtureTrace[], options: VisitOptions = {}): Promise<Visit> {
    const api = await startFakeApi(this.#folder, traces)
    options.prepare?.(api)
    const context = await this.#browser.newContext({
      locale: options.language ?? 'en-US',
      colorScheme: options.dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      timezoneId: 'Asia/Seoul',
      viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    this.#open.push(async () => {
      await context.close()
      await api.stop()
    })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    await page.goto(api.origin + (options.path ?? '/'))
    return { page, api, complaints }
  }

  /** Ends the visits so far. */
  async leave(): Promise<void> {
    for (const close of this.#open.splice(0)) await close()
  }

  async stop(): Promise<void> {
    await this.leave()
    await this.#browser.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** The address of a trace on the page. */
export function traceAddress(trace: FixtureTrace, query = ''): string {
  return `/traces/${trace.spans[0]!.traceId}${query}`
}

/** The id of the first span of that name. */
export function spanIdOf(trace: FixtureTrace, name: string): string {
  const span = trace.spans.find((span) => span.name === name)
  if (span === undefined) throw new Error(`spanIdOf: no span named ${name}`)
  return span.spanId
}
