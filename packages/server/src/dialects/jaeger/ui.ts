// Jaeger's own page from a folder that somebody built or unpacked: its files, and its index for every address that it
// routes itself. The index is filled in as Jaeger's server does (extension/jaegerquery, static_handler.go): configuration,
// what the server can do, version, and the base path of builds that do not find it out themselves.
import { createHash } from 'node:crypto'
import { ClewError } from '@clew/model'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type PageFile, readBuiltPage } from '../../http/built-page.ts'

export interface UiOptions {
  /** The folder, '' for none. */
  readonly root: string
  /** Where callers find the page. */
  readonly basePath: string
}

const INDEX = 'index.html'
const EVERYBODY = { config: { right: 'none' } } as const
/** The build names files by their content; the index links to them. */
const FILE_CACHE = 'public, max-age=31536000'
const INDEX_CACHE = 'no-cache'

/** What Clew does not answer is not offered. */
const CONFIG = { archiveEnabled: false, dependencies: { menuEnabled: false }, monitor: { menuEnabled: false } }
const CAPABILITIES = {
  archiveStorage: false,
  metricsStorage: false,
  searchWithoutServiceName: true,
  aiAssistant: false,
}
const VERSION = { gitCommit: '', gitVersion: 'Clew', buildDate: '' }

/** The line that stands for each of them in the index. */
const PLACEHOLDERS: readonly (readonly [RegExp, string, object])[] = [
  [/JAEGER_CONFIG *= *DEFAULT_CONFIG;/, 'JAEGER_CONFIG', CONFIG],
  [/JAEGER_BACKEND_CAPABILITIES *= *DEFAULT_BACKEND_CAPABILITIES;/, 'JAEGER_BACKEND_CAPABILITIES', CAPABILITIES],
  [/JAEGER_STORAGE_CAPABILITIES *= *DEFAULT_STORAGE_CAPABILITIES;/, 'JAEGER_STORAGE_CAPABILITIES', CAPABILITIES],
  [/JAEGER_VERSION *= *DEFAULT_VERSION;/, 'JAEGER_VERSION', VERSION],
]

/** Throws SETTING_INVALID for a folder without the page. */
export async function registerUi(app: FastifyInstance, { root, basePath }: UiOptions): Promise<void> {
  if (root === '') return
  const files = await readBuiltPage(root)
  const index = files.get(INDEX)
  if (index === undefined)
    throw new ClewError(
      'SETTING_INVALID',
      `jaeger.ui_path: expected a folder with the ${INDEX} of Jaeger UI, got ${JSON.stringify(root)}`,
    )
  const html = fillIn(index.bytes.toString('utf8'), basePath)
  const headers = securityHeaders(html)
  const page = Buffer.from(html)
  app.get('/*', EVERYBODY, async (request, reply) => {
    const file = fileOf(request, files)
    reply.headers(headers)
    if (file === undefined) return reply.header('cache-control', INDEX_CACHE).type(index.contentType).send(page)
    const { bytes, encoding } = await file.encode(request.headers['accept-encoding'])
    if (encoding !== undefined) reply.header('content-encoding', encoding)
    return reply
      .header('cache-control', FILE_CACHE)
      .header('vary', 'Accept-Encoding')
      .type(file.contentType)
      .send(bytes)
  })
}

/** Undefined for an address of the page itself; throws NOT_FOUND for one of the API, and for a file that is not there. */
function fileOf(request: FastifyRequest, files: ReadonlyMap<string, PageFile>): PageFile | undefined {
  const path = request.url.split('?', 1)[0]!.slice(1)
  const file = path === INDEX ? undefined : files.get(path)
  if (file === undefined && /^(api|static|analytics)(\/|$)/.test(path))
    throw new ClewError('NOT_FOUND', `path: expected one that this port serves, got ${request.url.slice(0, 200)}`)
  return file
}

function fillIn(index: string, basePath: string): string {
  const base = `${basePath.replace(/\/+$/, '')}/`
  const filled = PLACEHOLDERS.reduce(
    (text, [pattern, name, value]) => text.replace(pattern, () => `${name} = ${JSON.stringify(value)};`),
    index,
  )
  return filled.replace('<base href="/"', () => `<base href="${base.replaceAll('"', '&quot;')}"`)
}

/** Only what the page brings itself may run, and it talks to its own origin alone; it puts styles into itself. */
function securityHeaders(html: string): Readonly<Record<string, string>> {
  const inline = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script]) => `'sha256-${createHash('sha256').update(script!).digest('base64')}'`,
  )
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src ${["'self'", ...inline].join(' ')}`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self' data:",
      "connect-src 'self'",
      "worker-src 'self' blob:",
      "base-uri 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  }
}
