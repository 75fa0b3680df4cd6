// Case-insensitive substring search, as evaluator and store both do it. ASCII needles ignore the case of ASCII letters;
// others compare in lower case by Unicode's full mapping, which JavaScript and the store's engine share.

export interface TextNeedle {
  readonly text: string
  readonly ascii: boolean
}

export function textNeedle(text: string): TextNeedle {
  const ascii = isAscii(text)
  return { text: ascii ? asciiLower(text) : text.toLowerCase(), ascii }
}

export function containsNeedle(haystack: string, needle: TextNeedle): boolean {
  return (needle.ascii ? asciiLower(haystack) : haystack.toLowerCase()).includes(needle.text)
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32))
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false
  return true
}
