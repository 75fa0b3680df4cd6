// The files of the built page, held in memory: a few megabytes, read once, compressed once, never a path of a request on
// the file system.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

export interface PageFile {
  readonly bytes: Buffer
  readonly contentType: string
  /** Strong validator (RFC 9110 §8.8.3), of the bytes. */
  readonly etag: string
  /** The bytes in the best encoding that `acceptEncoding` (a request header) names, if compressing them pays. */
  encode(acceptEncoding: string | undefined): Promise<{ bytes: Buffer; encoding: 'br' | 'gzip' | undefined }>
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}
const COMPRESSIBLE = /^text\/|json|svg/
/** One network packet: below it a compressed file arrives no sooner. */
const MIN_COMPRESSED_BYTES = 1_400
const BROTLI_QUALITY = 9

const compressBrotli = promisify(brotliCompress)
const compressGzip = promisify(gzip)

/** Files by path below `root`, with `/` between folders; empty when there is no such folder. */
export async function readBuiltPage(root: string): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = new Map<string, PageFile>()
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files.set(relative(root, path).split(sep).join('/'), createPageFile(entry.name, await readFile(path)))
  }
  return files
}

function createPageFile(name: string, bytes: Buffer): PageFile {
  const contentType = CONTENT_TYPES[extname(name)] ?? 'application/octet-stream'
  const isWorthIt = COMPRESSIBLE.test(contentType) && bytes.length >= MIN_COMPRESSED_BYTES
  let brotli: Promise<Buffer> | undefined
  let gzipped: Promise<Buffer> | undefined
  return {
    bytes,
    contentType,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    async encode(acceptEncoding = '') {
      if (isWorthIt && /\bbr\b/.test(acceptEncoding)) {
        const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY }
        brotli ??= compressBrotli(bytes, { params })
        return { bytes: await brotli, encoding: 'br' }
      }
      if (isWorthIt && /\bgzip\b/.test(acceptEncoding)) {
        gzipped ??= compressGzip(bytes)
        return { bytes: await gzipped, encoding: 'gzip' }
      }
      return { bytes, encoding: undefined }
    },
  }
}
