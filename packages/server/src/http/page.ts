// Serves the built page: its files, and index.html for every address that the page itself routes. Without a build there
// is a text that says what to do; everything else works.
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { ClewError } from '@clew/model'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

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

export async function registerPage(app: FastifyInstance, options: PageOptions): Promise<void> {
  if (!existsSync(join(options.root, 'index.html'))) {
    app.get('/', { config: { right: 'none' } }, (_request, reply) =>
      reply.type('text/plain; charset=utf-8').send(MISSING_BUILD),
    )
    return
  }
  await app.register(fastifyStatic, { root: options.root, serve: false, cacheControl: false })
  app.get('/*', { config: { right: 'none' } }, async (request, reply) => {
    const file = await fileOf(request, options.root)
    reply.headers(SECURITY_HEADERS)
    reply.header('cache-control', file.startsWith(ASSETS) ? FOREVER : 'no-cache')
    return send(reply, file)
  })
}

function send(reply: FastifyReply, file: string): FastifyReply {
  return reply.sendFile(file)
}

/** Path below the root of what to send; throws NOT_FOUND for what is neither a file nor an address of the page. */
async function fileOf(request: FastifyRequest, root: string): Promise<string> {
  const path = decodePath(request.url.split('?')[0] ?? '/')
  const file = path === undefined ? '' : normalize(path).replace(/^\/+/, '')
  if (file === '') return 'index.html'
  const found = file.startsWith('..') ? undefined : await stat(join(root, file)).catch(() => undefined)
  if (found?.isFile()) return file
  const isNavigation = request.headers.accept?.includes('text/html') === true
  if (isNavigation && !file.startsWith(ASSETS) && !file.startsWith('clew/')) return 'index.html'
  throw new ClewError('NOT_FOUND', `path: expected one that this port serves, got ${request.url.slice(0, 200)}`)
}

function decodePath(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path)
    return decoded.includes('\0') ? undefined : decoded
  } catch {
    return undefined
  }
}
