// Starts a file of this program as a worker thread, from the build as from source.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

/**
 * `entry` is the URL of the file, ending as the caller's own does. From `dist` the worker is plain JavaScript. From source
 * something must run TypeScript in it: what the process was started with does not reach the first file of a worker on Node
 * 20, so that file is a line of JavaScript.
 */
export function startWorker(entry: URL): Worker {
  if (!entry.pathname.endsWith('.ts')) return new Worker(entry)
  // `require` finds the CommonJS twin of the file; in it the loader cannot find itself again.
  const tsx = pathToFileURL(
    createRequire(import.meta.url)
      .resolve('tsx/esm/api')
      .replace(/cjs$/, 'mjs'),
  ).href
  const bootstrap = `import('${tsx}').then(({ register }) => { register(); return import('${entry.href}') })`
  return new Worker(bootstrap, { eval: true, execArgv: ['--conditions=@clew/source'] })
}

/** The URL of the file `name`, without its ending, in the folder of the module whose `import.meta.url` is given. */
export function neighbourOf(moduleUrl: string, name: string): URL {
  return new URL(`./${name}${moduleUrl.endsWith('.ts') ? '.ts' : '.js'}`, moduleUrl)
}
