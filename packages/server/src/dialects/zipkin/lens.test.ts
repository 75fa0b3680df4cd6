// Zipkin's page from a folder: a small stand-in with what the index of Lens has. The real one: test/clients/zipkin-lens.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openTestDoors, send, type TestDoorOptions, type TestDoors } from '../../doors-contract.ts'

const INDEX =
  '<html><head><base href="/zipkin/" ><link rel="icon" href="/zipkin/favicon.ico" />' +
  '<script type="module" src="/zipkin/static/js/index.c42cd5c9.js"></script></head><body></body></html>'

describe('Zipkin Lens from a folder', () => {
  let folder: string
  let doors: TestDoors | undefined
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clew-lens-'))
    await mkdir(join(folder, 'static', 'js'), { recursive: true })
    await writeFile(join(folder, 'index.html'), INDEX)
    await writeFile(join(folder, 'static', 'js', 'index.c42cd5c9.js'), 'go()')
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
    const url = doors.urlOf('zipkin')
    return async (path: string) => {
      const { status, headers, body } = await send(url + path)
      return { status, headers, text: body.toString() }
    }
  }

  it('is there with its files, and its index for every address of its own', async () => {
    const get = await open({ zipkinUiPath: folder })
    for (const path of ['/zipkin/', '/zipkin/index.html', '/zipkin/traces/5af7183fb1d4cf5f', '/zipkin/dependency'])
      expect(await get(path), path).toMatchObject({ status: 200, text: INDEX })
    const script = await get('/zipkin/static/js/index.c42cd5c9.js')
    expect([script.status, script.headers['content-type'], script.text]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'go()',
    ])
    for (const path of ['/', '/zipkin']) {
      const { status, headers } = await get(path)
      expect([status, headers.location]).toEqual([302, '/zipkin/'])
    }
    expect((await get('/favicon.ico')).headers.location).toBe('/zipkin/favicon.ico')
  })

  it('leaves what else is below its path, and what is not there, to their own answers', async () => {
    const get = await open({ zipkinUiPath: folder })
    expect(JSON.parse((await get('/zipkin/config.json')).text)).toMatchObject({ searchEnabled: true })
    expect((await get('/zipkin/api/v2/autocompleteKeys')).text).toBe('[]')
    for (const path of ['/zipkin/static/none.js', '/zipkin/api/v2/none', '/zipkin/..%2f..%2fetc/passwd'])
      expect((await get(path)).status, path).toBe(404)
  })

  it('names its files below the path of a proxy', async () => {
    const get = await open({ zipkinUiPath: folder, zipkinUiBasePath: '/tracing/zipkin/' })
    const { text } = await get('/zipkin/')
    expect(text).toContain('<base href="/tracing/zipkin/" >')
    expect(text).toContain('src="/tracing/zipkin/static/js/index.c42cd5c9.js"')
    expect((await get('/')).headers.location).toBe('/tracing/zipkin/')
  })

  it('is nowhere unless a folder is named, which must have it', async () => {
    const get = await open({})
    expect((await get('/zipkin/')).status).toBe(404)
    await expect(openTestDoors({ zipkinUiPath: '/dev/null/nowhere' })).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      message: 'zipkin.ui_path: expected a folder with the index.html of Zipkin Lens, got "/dev/null/nowhere"',
    })
  })
})
