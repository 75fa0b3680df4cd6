// Which requests are the same: 128-bit keyed hashes of tenant, door and decompressed body.
//
// Large bodies: the tag of AES-256-GCM over associated data alone (GMAC) with a fixed nonce. Its key never leaves the data
// folder and tags are never shown to anybody, so a sender cannot learn enough to make two bodies collide; processors have
// instructions for it, and it takes a quarter of the time of SHA-256. Small bodies: SHA-256 of the same key and the body,
// cut to 128 bits, since setting up a cipher costs more than hashing them (docs/adr/0004).
import { createCipheriv, createSecretKey, hash, type KeyObject, randomBytes } from 'node:crypto'
import type { RequestContext } from '@clew/model'
import { IDENTITY_BYTES } from '../accepted-request.ts'
import { type FileLayer, readIfPresent, replaceFile } from '../journal/file-layer.ts'

const FILE_NAME = 'request-key'
const KEY_BYTES = 32
const NONCE = new Uint8Array(12)
/** Where both cost the same (measured). */
const SMALL_BODY_BYTES = 4_096

export class IdentityHash {
  readonly #key: KeyObject
  readonly #keyBytes: Uint8Array
  /** By tenant and door, which are few. */
  readonly #prefixes = new Map<string, Uint8Array>()
  /** Key, prefix and a small body behind each other. */
  #scratch = Buffer.alloc(SMALL_BODY_BYTES)

  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key)
    this.#keyBytes = key
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
    const { requestKey } = request
    if (typeof requestKey === 'string')
      return this.#digest(this.#prefix(request.tenant, `${request.door} by key`), Buffer.from(requestKey))
    const prefix = this.#prefix(request.tenant, request.door)
    return request.body.length <= SMALL_BODY_BYTES
      ? this.#digest(prefix, request.body)
      : this.#authenticate(prefix, request.body)
  }

  #digest(prefix: Uint8Array, body: Uint8Array): Uint8Array {
    const length = KEY_BYTES + prefix.length + body.length
    if (this.#scratch.length < length) this.#scratch = Buffer.alloc(2 * length)
    this.#scratch.set(this.#keyBytes, 0)
    this.#scratch.set(prefix, KEY_BYTES)
    this.#scratch.set(body, KEY_BYTES + prefix.length)
    return hash('sha256', this.#scratch.subarray(0, length), 'buffer').subarray(0, IDENTITY_BYTES)
  }

  #authenticate(prefix: Uint8Array, body: Uint8Array): Uint8Array {
    const gmac = createCipheriv('aes-256-gcm', this.#key, NONCE)
    gmac.setAAD(prefix)
    gmac.setAAD(body)
    gmac.final()
    return gmac.getAuthTag()
  }

  #prefix(tenant: string, door: string): Uint8Array {
    const name = `${tenant.length} ${tenant}${door}`
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
