// Errors as RFC 9457 problem details: the answer of every HTTP door that has no shape of its own for them.
import { ClewError } from '@clew/model'
import type { FastifyReply } from 'fastify'
import { asClewError, ERRORS, retryAfterSeconds } from '../errors.ts'

export interface Problem {
  /** Where the code is explained. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  /** What else the error says to programs. */
  readonly [member: string]: unknown
}

/** An answer to a failed request in a dialect's own shape. */
export interface RenderedError {
  /** Content type. */
  readonly type: string
  readonly body: Buffer
  /** Where the dialect has another one than errors.ts. */
  readonly status?: number
}

/** `contentType` is what the failed request called its own, if it had one. */
export type ErrorRenderer = (error: ClewError, contentType: string | undefined) => RenderedError

export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

export function renderProblem(error: ClewError): Problem {
  const { title, httpStatus } = ERRORS[error.code]
  return {
    type: `urn:clew:error:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status: httpStatus,
    detail: error.message,
    code: error.code,
    ...error.members,
  }
}

/** Answers with the error as it was rendered; a time to try again is always in the headers. */
export function replyWithError(reply: FastifyReply, error: ClewError, rendered: RenderedError): FastifyReply {
  const { type, body, status = ERRORS[error.code].httpStatus } = rendered
  const retryAfter = retryAfterSeconds(error)
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="clew"')
  return reply.code(status).type(type).send(body)
}

/** What Fastify threw by itself (a wrong path, a wrong content type, a failed schema) in our own words. */
export function fromFastify(error: unknown): ClewError {
  if (error instanceof ClewError || typeof error !== 'object' || error === null) return asClewError(error)
  const { statusCode, message, validation } = error as { statusCode?: number; message?: string; validation?: unknown }
  if (validation) return new ClewError('INVALID_ARGUMENT', String(message))
  if (statusCode === 415) return new ClewError('UNSUPPORTED_MEDIA_TYPE', String(message))
  if (statusCode === 413) return new ClewError('BODY_TOO_LARGE', String(message))
  if (statusCode === 404) return new ClewError('NOT_FOUND', String(message))
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ClewError('REQUEST_MALFORMED', String(message))
  return asClewError(error)
}

export function renderProblemBody(error: ClewError): RenderedError {
  return { type: PROBLEM_CONTENT_TYPE, body: Buffer.from(JSON.stringify(renderProblem(error))) }
}
