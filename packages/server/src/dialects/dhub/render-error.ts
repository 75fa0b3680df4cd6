// Errors as `detail`: a text, or for parameters that are wrong a list with the place of each, as FastAPI has it. The
// documents of D.Hub name 404 and 503 and no body.
import { ClewError } from '@clew/model'
import type { ErrorRenderer } from '../../http/problem.ts'

/** A parameter of the query that is wrong: 422. `type` is FastAPI's word for what is. */
export function invalidParameter(name: string, type: string, problem: string): ClewError {
  return new ClewError('INVALID_ARGUMENT', problem, { members: { loc: ['query', name], type } })
}

export const renderDhubError: ErrorRenderer = ({ code, message, members }) => {
  if (code === 'INVALID_ARGUMENT' || code === 'INVALID_CURSOR') {
    const { loc = ['query'], type = 'value_error' } = members ?? {}
    return { ...body([{ loc, msg: message, type }]), status: 422 }
  }
  // 422 has a list, and this is no parameter's fault.
  return { ...body(message), ...(code === 'QUERY_TOO_EXPENSIVE' ? { status: 400 } : {}) }
}

function body(detail: unknown) {
  return { type: 'application/json', body: Buffer.from(JSON.stringify({ detail })) }
}
