// Ids as agents write them, text, into bytes: hex is the id itself, any other text is hashed and stays beside it.
import { bytesFromHex, hexFromBytes, isZeroId, type TextHash, textSpanId, textTraceId } from '@clew/model'

const ID_BYTES = 8
const TRACE_ID_BYTES = 16

/**
 * A text is the id itself when it is 16 digits of hex in any case, for a trace also 32, and not all zero. Ids of spans are
 * those of the trace that was asked for last.
 */
export class AgentIds {
  readonly #hash: TextHash
  /** Of the trace that was asked for last: spans of one trace come together, mostly. */
  #traceText = ''
  #traceId: Uint8Array = new Uint8Array(TRACE_ID_BYTES)
  #isTraceHex = false

  constructor(hash: TextHash) {
    this.#hash = hash
  }

  /** 16 bytes. */
  trace(text: string): Uint8Array {
    if (text === this.#traceText) return this.#traceId
    const bytes = text.length === 2 * TRACE_ID_BYTES || text.length === 2 * ID_BYTES ? bytesFromHex(text) : undefined
    this.#isTraceHex = bytes !== undefined && !isZeroId(bytes, 0, bytes.length)
    this.#traceText = text
    this.#traceId = this.#isTraceHex ? paddedLeft(bytes!) : textTraceId(this.#hash, text)
    return this.#traceId
  }

  /** Whether the text that `trace` was given last is the id itself. */
  get isTraceHex(): boolean {
    return this.#isTraceHex
  }

  /** 8 bytes, or undefined for a text that is no id itself. */
  hexSpan(text: string): Uint8Array | undefined {
    const bytes = text.length === 2 * ID_BYTES ? bytesFromHex(text) : undefined
    return bytes === undefined || isZeroId(bytes, 0, ID_BYTES) ? undefined : bytes
  }

  /** 8 bytes for any other text of a span of the trace that `trace` was asked for last. */
  textSpan(text: string): Uint8Array {
    return textSpanId(this.#hash, hexFromBytes(this.#traceId, 0, TRACE_ID_BYTES), text)
  }
}

function paddedLeft(bytes: Uint8Array): Uint8Array {
  if (bytes.length === TRACE_ID_BYTES) return bytes
  const padded = new Uint8Array(TRACE_ID_BYTES)
  padded.set(bytes, TRACE_ID_BYTES - bytes.length)
  return padded
}
