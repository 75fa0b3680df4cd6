// Where senders of the Trace API put their key: the header or the query parameter `Api-Key` (whose name is written so and
// not otherwise), or the header `X-License-Key`. This door always wants one.
import { ClewError } from '@clew/model'
import type { ReadKey } from '../../access/keys.ts'
import { headerOf, parametersOf } from './request-head.ts'

/** Throws KEY_MISSING without a key or with an empty one, INVALID_ARGUMENT where two places say different ones. */
export const readApiKey: ReadKey = (headers, url) => {
  const shown = [headerOf(headers, 'api-key'), headerOf(headers, 'x-license-key'), ...parametersOf(url, 'Api-Key')]
  const keys = new Set(shown.filter((key) => key !== ''))
  if (keys.size > 1)
    throw new ClewError('INVALID_ARGUMENT', 'Api-Key: expected the same key in headers and address, got different ones')
  const [key] = keys
  if (key === undefined)
    throw new ClewError(
      'KEY_MISSING',
      'Api-Key: expected a key in the header Api-Key or X-License-Key, or in the parameter Api-Key, got none',
    )
  return key
}

/** What an error tells of a key. */
export function keyPrefix(key: string): string {
  return key.slice(0, 6)
}
