import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestDoors, send, type TestDoors } from '../doors-contract.ts'

const SCRIPT = `console.log(${JSON.stringify('x'.repeat(5_000))})`
const HTML = { accept: 'text/html,application/xhtml+xml' }

describe('the page', () => {
  let doors: TestDoors
  let webRoot: string
  beforeEach(async () => {
    webRoot = await mkdtemp(join(tmpdir(), 'clew-page-'))
    await mkdir(join(webRoot, 'assets'))
    await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>Clew</title>')
    await writeFile(join(webRoot, 'assets', 'main-1a2b.js'), SCRIPT)
    doors = await openTestDoors({ webRoot })
  })
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
    await rm(webRoot, { recursive: true })
  })

  const get = (path: string, headers: Record<string, string> = {}) => send(`${doors.urls.page}${path}`, { headers })

  it('is sent for / and for every address that it routes itself, and never kept without asking', async () => {
    for (const path of ['/', '/?lang=ko', '/trace/0af7651916cd43dd8448eb211c80319c']) {
      const answer = await get(path, HTML)
      expect(answer).toMatchObject({
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
      })
      expect(answer.body.toString()).toContain('<title>Clew</title>')
    }
    expect((await get('/')).status).toBe(200)
  })

  it('runs only what it brings itself', async () => {
    const { headers } = await get('/', HTML)
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
  })

  it('keeps files that are named by their content for ever', async () => {
    expect((await get('/assets/main-1a2b.js')).headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
    })
  })

  it('is compressed for those who can read it', async () => {
    const br = await get('/assets/main-1a2b.js', { 'accept-encoding': 'gzip, br' })
    expect(br.headers['content-encoding']).toBe('br')
    expect(brotliDecompressSync(br.body).toString()).toBe(SCRIPT)
    const gzip = await get('/assets/main-1a2b.js', { 'accept-encoding': 'gzip' })
    expect(gunzipSync(gzip.body).toString()).toBe(SCRIPT)
    expect((await get('/assets/main-1a2b.js')).headers['content-encoding']).toBeUndefined()
  })

  it('is not sent again to who has it', async () => {
    const { etag } = (await get('/', HTML)).headers
    expect(await get('/', { ...HTML, 'if-none-match': String(etag) })).toMatchObject({ status: 304 })
  })

  it.each(['/assets/gone.js', '/clew/v1/nothing', '/assets/../../package.json', '/..%2fpackage.json', '/%00'])(
    'answers 404 to %s',
    async (path) => {
      expect((await get(path)).status).toBe(404)
    },
  )

  it('does not hide a wrong API path behind the page', async () => {
    const answer = await get('/clew/v1/nothing', HTML)
    expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'application/problem+json' } })
  })

  it('says what to do when there is no build', async () => {
    const bare = await openTestDoors()
    expect((await send(`${bare.urls.page}/`)).body.toString()).toContain('npm run build')
    await bare.stop(0)
    bare.metrics.stop()
  })
})
