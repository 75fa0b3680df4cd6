// JSON in pieces, indented by four spaces as it goes (`prettyPrint` of Jaeger): nothing is parsed, so no number changes,
// and a document of any length needs no more memory than its pieces.

const INDENT = '    '

/** `pieces` are one JSON document without blanks between its parts. */
export async function* indentJson(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  const indenter = new Indenter()
  for await (const piece of pieces) yield indenter.next(piece)
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN: ReadonlySet<number> = new Set([0x5b, 0x7b])
const CLOSE: ReadonlySet<number> = new Set([0x5d, 0x7d])

class Indenter {
  #depth = 0
  #isInText = false
  #isEscaped = false
  /** An object or list was opened, and it is not known yet whether anything is in it. */
  #isOpened = false

  next(piece: string): string {
    let text = ''
    /** What stands before it is written. */
    let written = 0
    for (let i = 0; i < piece.length; i++) {
      const code = piece.charCodeAt(i)
      if (this.#isInText) {
        this.#textGoesOn(code)
        continue
      }
      const [before, after] = this.#around(code)
      if (before === '' && after === '') continue
      text += piece.slice(written, i) + before + piece[i] + after
      written = i + 1
    }
    return text + piece.slice(written)
  }

  #textGoesOn(code: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (code === BACKSLASH) this.#isEscaped = true
    else if (code === QUOTE) this.#isInText = false
  }

  /** What goes before and after a character that is not in a text. */
  #around(code: number): readonly [before: string, after: string] {
    const wasOpened = this.#isOpened
    this.#isOpened = false
    if (CLOSE.has(code)) {
      this.#depth--
      return [wasOpened ? '' : this.#line(), '']
    }
    const before = wasOpened ? this.#line() : ''
    if (OPEN.has(code)) {
      this.#depth++
      this.#isOpened = true
    } else if (code === QUOTE) this.#isInText = true
    else if (code === COMMA) return [before, this.#line()]
    else if (code === COLON) return [before, ' ']
    return [before, '']
  }

  #line(): string {
    return `\n${INDENT.repeat(this.#depth)}`
  }
}
