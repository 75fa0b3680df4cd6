// The one key of a Clew that is not open to all.
import { createHash } from 'node:crypto'

export const KEY = 'clew_key-of-the-shop'

/** What its holder shows when asking. */
export const READER = { authorization: `Bearer ${KEY}` }

/** Settings of a Clew that knows no other. */
export const KEY_SETTINGS = {
  keys: JSON.stringify([
    { name: 'shop', sha256: createHash('sha256').update(KEY).digest('hex'), tenant: 'default', access: 'both' },
  ]),
}
