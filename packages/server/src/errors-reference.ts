// docs/reference/errors.md, generated from the table of errors.
import { ERRORS } from './errors.ts'

export function renderErrorReference(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, e]) =>
      `| \`${code}\` | ${e.title} | ${e.httpStatus} | ${e.grpcStatus} | ${e.retryable ? 'yes' : 'no'} | ${e.advice} |`,
  )
  return [
    '# Errors',
    '',
    'Every answer that is not a success names one of these codes: as `code` of a problem (RFC 9457) on the native API,',
    'in the message of a `google.rpc.Status` on the OTLP doors. Generated from `packages/server/src/errors.ts`.',
    '',
    '| code | what it means | HTTP | gRPC | try again | what to do |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
