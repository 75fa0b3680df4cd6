// Several dialects may share a door: which of them a path belongs to, and so what an error on it looks like.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorRenderer, renderProblemBody } from './problem.ts'

export interface PathOwner {
  /** Beginnings of its paths, whole segments; `/` for all that nobody else has. */
  readonly paths: readonly string[]
  readonly renderError?: ErrorRenderer | undefined
  /** Runs first on every request below its paths, before any check can refuse it. */
  readonly onRequest?: ((request: FastifyRequest, reply: FastifyReply) => void) | undefined
}

interface OwnedPath {
  /** Without a slash at the end: `/` is ''. */
  readonly path: string
  readonly owner: PathOwner
}

const NOBODY: PathOwner = { paths: [] }

export class PathOwners {
  /** Longest first. */
  readonly #paths: OwnedPath[] = []

  add(owner: PathOwner): void {
    for (const path of owner.paths) this.#paths.push({ path: path.replace(/\/$/, ''), owner })
    this.#paths.sort((a, b) => b.path.length - a.path.length)
  }

  /** Who answers for a path; `url` may have a query. */
  of(url: string): PathOwner {
    return this.#find(url)?.owner ?? NOBODY
  }

  /** Whether somebody has named this path, and not only all that nobody else has. */
  hasNamed(url: string): boolean {
    return (this.#find(url)?.path ?? '') !== ''
  }

  renderErrorOf(url: string): ErrorRenderer {
    return this.of(url).renderError ?? renderProblemBody
  }

  #find(url: string): OwnedPath | undefined {
    return this.#paths.find(({ path }) => url.startsWith(path) && /^$|[/?]/.test(url.charAt(path.length)))
  }
}
