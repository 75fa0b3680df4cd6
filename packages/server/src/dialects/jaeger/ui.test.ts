// Jaeger's page from a folder: a small stand-in with what its index has.
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openTestDoors, send, type TestDoorOptions, type TestDoors } from '../../doors-contract.ts'

const SCRIPT = `
  const DEFAULT_CONFIG = null
  const JAEGER_CONFIG = DEFAULT_CONFIG;
  const JAEGER_STORAGE_CAPABILITIES = DEFAULT_STORAGE_CAPABILITIES;
  const JAEGER_BACKEND_CAPABILITIES  =  DEFAULT_BACKEND_CAPABILITIES;
  const JAEGER_VERSION = DEFAULT_VERSION;
`
const INDEX = `<html><head><base href="/" data-inject-target="BASE_URL" /><script>${SCRIPT}</script></head>
<body><script type="module" src="./static/index.js"></script></body></html>`

describe('Jaeger UI from a folder', () => {
  let folder: string
  let doors: TestDoors | undefined
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clew-jaeger-ui-'))
    await mkdir(join(folder, 'static'))
    await writeFile(join(folder, 'index.html'), INDEX)
    await writeFile(join(folder, 'static', 'index.js'), 'go()')
    await writeFile(join(folder, 'favicon.ico'), 'icon')
  })
  afterAll(() => rm(folder, { recursive: true }))
  afterEach(async () => {
    await doors?.stop(0)
    doors?.metrics.stop()
    doors = undefined
  })

  const open = async (options: TestDoorOptions) => {
    doors = await openTestDoors(options)
    const url = doors.urlOf('jaeger-query')
    return async (path: string) => {
      const { status, headers, body } = await send(url + path)
      return { status, headers, text: body.toString() }
    }
  }

  it('is there with its files, and its index for every address of its own', async () => {
    const get = await open({ jaegerUiPath: folder })
    const { text: index } = await get('/')
    for (const path of ['/index.html', '/search?service=shop', '/trace/0af7651916cd43dd8448eb211c80319c', '/monitor'])
      expect(await get(path), path).toMatchObject({ status: 200, text: index })
    const script = await get('/static/index.js')
    expect([script.status, script.headers['content-type'], script.text]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'go()',
    ])
    expect((await get('/favicon.ico')).text).toBe('icon')
  })

  it('is told what Clew can do, and may run only its own scripts', async () => {
    const get = await open({ jaegerUiPath: folder })
    const { text, headers } = await get('/')
    const capabilities =
      '{"archiveStorage":false,"metricsStorage":false,"searchWithoutServiceName":true,"aiAssistant":false}'
    expect(text).toContain(`JAEGER_BACKEND_CAPABILITIES = ${capabilities};`)
    expect(text).toContain(`JAEGER_STORAGE_CAPABILITIES = ${capabilities};`)
    expect(text).toContain('JAEGER_CONFIG = {"archiveEnabled":false,"dependencies":{"menuEnabled":false}')
    expect(text).toContain('JAEGER_VERSION = {"gitCommit":"","gitVersion":"Clew","buildDate":""};')
    expect(text).toContain('<base href="/"')
    const inline = /<script>([\s\S]*?)<\/script>/.exec(text)![1]!
    const hash = createHash('sha256').update(inline).digest('base64')
    expect(headers['content-security-policy']).toContain(`script-src 'self' 'sha256-${hash}';`)
  })

  it('knows where a proxy offers it', async () => {
    const get = await open({ jaegerUiPath: folder, jaegerUiBasePath: '/jaeger/' })
    expect((await get('/')).text).toContain('<base href="/jaeger/" data-inject-target')
  })

  it('leaves the API to its own answers', async () => {
    const get = await open({ jaegerUiPath: folder })
    expect(JSON.parse((await get('/api/nothing')).text)).toMatchObject({ data: null, errors: [{ code: 404 }] })
    expect(JSON.parse((await get('/api/v3/nothing')).text)).toMatchObject({ error: { httpCode: 404 } })
    expect((await get('/api/transform')).status).toBe(405)
    expect((await get('/static/none.js')).status).toBe(404)
    expect((await get('/static/..%2f..%2fetc/passwd')).status).toBe(404)
  })

  it('is not there without the setting', async () => {
    const get = await open({})
    expect((await get('/search')).status).toBe(404)
  })

  it('refuses a folder without it', async () => {
    await expect(open({ jaegerUiPath: join(folder, 'static') })).rejects.toThrow(
      'jaeger.ui_path: expected a folder with the index.html of Jaeger UI',
    )
  })
})
