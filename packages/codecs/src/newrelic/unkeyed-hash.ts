// Ids for texts where no key is at hand, such as a conversion of a file: spread well and the same everywhere, but no
// secret. The server injects its own hash (model/text-ids.ts).
import type { TextHash } from '@clew/model'

const MULTIPLIERS = [0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1] as const

/** Four 32-bit lanes over the UTF-16 code units, each mixed to the end (the finalizer of MurmurHash3). */
export const unkeyedHash: TextHash = (text) => {
  const words = new Uint32Array(MULTIPLIERS.length)
  for (let lane = 0; lane < words.length; lane++) {
    let hash = MULTIPLIERS[lane]! ^ text.length
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), MULTIPLIERS[lane]!)
      hash = (hash << 13) | (hash >>> 19)
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    words[lane] = hash ^ (hash >>> 16)
  }
  return new Uint8Array(words.buffer)
}
