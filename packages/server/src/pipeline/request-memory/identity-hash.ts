// Which requests are the same: 128-bit keyed hashes of tenant, door and decompressed body.
//
// The hash is the tag of AES-256-GCM over associated data alone (GMAC), with a key that never leaves the data folder and a
// fixed nonce. Tags are never shown to anybody, so a sender cannot learn enough to make two bodies collide, and
// processors have instructions for it: a quarter of the time of SHA-256 (docs/adr/0004).
import { createCipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { RequestContext } from '@clew/model'
import { type FileLayer, readIfPresent, replaceFile } from '../journal/file-layer.ts'

const FILE_NAME = 'request-key'
const KEY_BYTES = 32
const NONCE = new Uint8Array(12)

export class IdentityHash {
  readonly #key: KeyObject
  /** By tenant and door, which are few. */
  readonly #prefixes = new Map<string, Uint8Array>()

  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key)
  }

  /** With the key of the folder; makes one at the first start. A lost key only forgets what came before. */
  static async open(files: FileLayer, folder: string): Promise<IdentityHash> {
    const stored = await readIfPresent(files, `${folder}/${FILE_NAME}`)
    if (stored?.length === KEY_BYTES) return new IdentityHash(stored)
    const key = randomBytes(KEY_BYTES)
    await replaceFile(files, folder, FILE_NAME, key)
    return new IdentityHash(key)
  }

  /** 16 bytes. */
  identify(request: RequestContext): Uint8Array {
    const gmac = createCipheriv('aes-256-gcm', this.#key, NONCE)
    gmac.setAAD(this.#prefix(request.tenant, request.door))
    gmac.setAAD(request.body)
    gmac.final()
    return gmac.getAuthTag()
  }

  #prefix(tenant: string, door: string): Uint8Array {
    const name = JSON.stringify([tenant, door])
    let prefix = this.#prefixes.get(name)
    if (prefix === undefined) {
      // Its own length in front, so that no body can continue one prefix into another.
      const text = Buffer.from(name)
      prefix = Buffer.concat([Buffer.from(Uint32Array.of(text.length).buffer), text])
      this.#prefixes.set(name, prefix)
    }
    return prefix
  }
}
