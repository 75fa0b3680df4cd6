// Zipkin's own page, Lens, from a folder that somebody built or unpacked: its files below /zipkin, and its index for every
// address that it routes itself. It asks /zipkin/api/v2 and /zipkin/config.json.
import { ClewError } from '@clew/model'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type PageFile, readBuiltPage } from '../../http/built-page.ts'

/** Where Lens is built to be. */
const BUILT_FOR = '/zipkin'
const INDEX = 'index.html'
/** Addresses of its own (ZipkinUiConfiguration of Zipkin). */
const ROUTED = ['/zipkin/', '/zipkin/index.html', '/zipkin/traces/:id', '/zipkin/dependency', '/zipkin/traceViewer']

const EVERYBODY = { config: { right: 'none' } } as const
/** The build names files by their content; the index links to them. */
const FILE_CACHE = 'public, max-age=31536000'
const INDEX_CACHE = 'max-age=60'

/** What Lens needs, and no more: it puts its styles into the page, and talks to its own origin alone. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/** `root` is the folder, '' for none; `basePath` is where callers find it. Throws SETTING_INVALID for a folder without it. */
export async function registerLens(app: FastifyInstance, root: string, basePath: string): Promise<void> {
  if (root === '') return
  const files = await readBuiltPage(root)
  const index = files.get(INDEX)
  if (index === undefined)
    throw new ClewError(
      'SETTING_INVALID',
      `zipkin.ui_path: expected a folder with the ${INDEX} of Zipkin Lens, got ${JSON.stringify(root)}`,
    )
  const base = basePath.replace(/\/+$/, '')
  const html = Buffer.from(index.bytes.toString('utf8').replaceAll(`="${BUILT_FOR}/`, `="${base}/`))
  for (const url of ROUTED)
    app.get(url, EVERYBODY, (_request, reply) =>
      reply.headers(SECURITY_HEADERS).header('cache-control', INDEX_CACHE).type(index.contentType).send(html),
    )
  for (const url of ['/', BUILT_FOR]) app.get(url, EVERYBODY, (_request, reply) => reply.redirect(`${base}/`))
  app.get('/favicon.ico', EVERYBODY, (_request, reply) => reply.redirect(`${base}/favicon.ico`))
  app.get('/zipkin/*', EVERYBODY, (request, reply) => sendFile(request, reply, files))
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  files: ReadonlyMap<string, PageFile>,
): Promise<FastifyReply> {
  const file = files.get((request.params as { '*': string })['*'])
  if (file === undefined)
    throw new ClewError('NOT_FOUND', `path: expected one that this port serves, got ${request.url.slice(0, 200)}`)
  const { bytes, encoding } = await file.encode(request.headers['accept-encoding'])
  if (encoding !== undefined) reply.header('content-encoding', encoding)
  reply.headers(SECURITY_HEADERS).header('cache-control', FILE_CACHE).header('vary', 'Accept-Encoding')
  return reply.type(file.contentType).send(bytes)
}
