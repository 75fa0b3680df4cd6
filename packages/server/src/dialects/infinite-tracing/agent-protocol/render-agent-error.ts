// Errors as agents read them. They act on the status alone: 401 and 409 make them connect anew, 408, 429, 500 and 503 make
// them keep what they have for the next harvest, anything else makes them drop it.
import type { ErrorRenderer } from '../../../http/problem.ts'

export const renderAgentError: ErrorRenderer = ({ code, message }) => ({
  type: 'application/json',
  body: Buffer.from(JSON.stringify({ exception: { message, error_type: code } })),
})
