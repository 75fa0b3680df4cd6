// Serves the built page: its files, and index.html for every address that the page itself routes. Without a build there
// is a text that says what to do; everything else works.
import { ClewError } from '@clew/model'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type PageFile, readBuiltPage } from './built-page.ts'

export interface PageOptions {
  /** Absolute path of the folder that holds `index.html`. */
  readonly root: string
}

/** Only what the page brings itself may run, and it talks to its own origin alone. Frames of others stay out. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
}

/** The build names these by their content, so a name never gets another content. */
const FOREVER = 'public, max-age=31536000, immutable'
const ASSETS = 'assets/'

const MISSING_BUILD = `Clew is running, but its page is not built.

  npm run build        builds the page; then start Clew again
  GET /clew/v1/search  the native API works without it; /openapi.json describes it
  GET /readyz          how this server is doing
`

const INDEX = 'index.html'

export async function registerPage(app: FastifyInstance, options: PageOptions): Promise<void> {
  const files = await readBuiltPage(options.root)
  if (!files.has(INDEX)) {
    const config = { right: 'none' } as const
    app.get('/', { config }, (_request, reply) => reply.type('text/plain; charset=utf-8').send(MISSING_BUILD))
    return
  }
  app.get('/*', { config: { right: 'none' } }, async (request, reply) => {
    const path = pathOf(request, files)
    const file = files.get(path)!
    reply.headers(SECURITY_HEADERS)
    reply.header('cache-control', path.startsWith(ASSETS) ? FOREVER : 'no-cache')
    reply.header('etag', file.etag).header('vary', 'Accept-Encoding')
    if (request.headers['if-none-match']?.includes(file.etag)) return reply.code(304).send()
    const { bytes, encoding } = await file.encode(request.headers['accept-encoding'])
    if (encoding !== undefined) reply.header('content-encoding', encoding)
    return reply.type(file.contentType).send(bytes)
  })
}

/** The file that answers; throws NOT_FOUND for what is neither a file nor an address that the page routes itself. */
function pathOf(request: FastifyRequest, files: ReadonlyMap<string, PageFile>): string {
  const path = request.url.split('?')[0]!.slice(1)
  if (path === '') return INDEX
  if (files.has(path)) return path
  const isNavigation = request.headers.accept?.includes('text/html') === true
  if (isNavigation && !path.startsWith(ASSETS) && !path.startsWith('clew/')) return INDEX
  throw new ClewError('NOT_FOUND', `path: expected one that this port serves, got ${request.url.slice(0, 200)}`)
}
