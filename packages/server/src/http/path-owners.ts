// Several dialects may share a door: which of them a path belongs to, and so what an error on it looks like.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorRenderer, renderProblemBody } from './problem.ts'

export interface PathOwner {
  /** Beginnings of its paths, whole segments; `*` is any one of them, `/` all that nobody else has. */
  readonly paths: readonly string[]
  readonly renderError?: ErrorRenderer | undefined
  /** Runs first on every request below its paths, before any check can refuse it. */
  readonly onRequest?: ((request: FastifyRequest, reply: FastifyReply) => void) | undefined
}

interface OwnedPath {
  /** None for `/`. */
  readonly segments: readonly string[]
  readonly owner: PathOwner
}

const NOBODY: PathOwner = { paths: [] }

export class PathOwners {
  /** Those of most segments first; of as many, those with a name where others have `*`. */
  readonly #paths: OwnedPath[] = []

  add(owner: PathOwner): void {
    for (const path of owner.paths) this.#paths.push({ segments: segmentsOf(path), owner })
    this.#paths.sort((a, b) => b.segments.length - a.segments.length || wildcards(a) - wildcards(b))
  }

  /** Who answers for a path; `url` may have a query. */
  of(url: string): PathOwner {
    return this.#find(url)?.owner ?? NOBODY
  }

  /** Whether somebody has named this path, and not only all that nobody else has. */
  hasNamed(url: string): boolean {
    return (this.#find(url)?.segments.length ?? 0) > 0
  }

  renderErrorOf(url: string): ErrorRenderer {
    return this.of(url).renderError ?? renderProblemBody
  }

  #find(url: string): OwnedPath | undefined {
    const asked = segmentsOf(url.split('?', 1)[0]!)
    return this.#paths.find(({ segments }) => segments.every((name, i) => name === asked[i] || isAny(name, asked[i])))
  }
}

function segmentsOf(path: string): readonly string[] {
  const segments = path.split('/').slice(1)
  return segments.at(-1) === '' ? segments.slice(0, -1) : segments
}

function isAny(name: string, asked: string | undefined): boolean {
  return name === '*' && asked !== undefined && asked !== ''
}

function wildcards({ segments }: OwnedPath): number {
  return segments.filter((name) => name === '*').length
}
