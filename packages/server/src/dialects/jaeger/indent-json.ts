// JSON in pieces, indented by four spaces as it goes (`prettyPrint` of Jaeger): nothing is parsed, so no number changes,
// and a document of any length needs no more memory than its pieces.

const INDENT = '    '

/** `pieces` are one JSON document without blanks between its parts. */
export async function* indentJson(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  const indenter = new Indenter()
  for await (const piece of pieces) yield indenter.next(piece)
}

class Indenter {
  #depth = 0
  #isInText = false
  #isEscaped = false
  /** An object or list was opened, and it is not known yet whether anything is in it. */
  #isOpened = false

  next(piece: string): string {
    let text = ''
    for (const character of piece) text += this.#isInText ? this.#inText(character) : this.#between(character)
    return text
  }

  #inText(character: string): string {
    if (this.#isEscaped) this.#isEscaped = false
    else if (character === '\\') this.#isEscaped = true
    else if (character === '"') this.#isInText = false
    return character
  }

  #between(character: string): string {
    if (character === '}' || character === ']') {
      this.#depth--
      const before = this.#isOpened ? '' : this.#line()
      this.#isOpened = false
      return before + character
    }
    let before = ''
    if (this.#isOpened) {
      before = this.#line()
      this.#isOpened = false
    }
    switch (character) {
      case '{':
      case '[':
        this.#depth++
        this.#isOpened = true
        return before + character
      case ',':
        return `,${this.#line()}`
      case ':':
        return ': '
      case '"':
        this.#isInText = true
        return `${before}"`
      default:
        return before + character
    }
  }

  #line(): string {
    return `\n${INDENT.repeat(this.#depth)}`
  }
}
