// Where New Relic's agents put their key: in the address of every call of the agent protocol, in the metadata of a stream.
import { type ReadKey, shownKey } from '../../access/keys.ts'

export const readLicenseKey: ReadKey = (headers, url) => {
  const inAddress = new URLSearchParams(url.split('?')[1]).get('license_key')
  if (inAddress) return inAddress
  const { license_key: inMetadata } = headers
  return (typeof inMetadata === 'string' && inMetadata) || shownKey(headers, url)
}
