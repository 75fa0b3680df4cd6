// IP addresses between their text and their bytes, as the endpoints of protobuf and thrift need them.

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/
const GROUP = /^[0-9a-f]{1,4}$/i
const GROUPS = 8
const LONGEST_TEXT = 45

export function isIpAddress(text: string): boolean {
  return parseIpv4(text) !== undefined || parseIpv6(text) !== undefined
}

/** Four bytes, or undefined when the text is no dotted quad. */
export function parseIpv4(text: string): Uint8Array | undefined {
  return IPV4.test(text) ? Uint8Array.from(text.split('.'), Number) : undefined
}

/** Sixteen bytes of any text that RFC 4291, section 2.2, allows; undefined for others, and with a zone. */
export function parseIpv6(text: string): Uint8Array | undefined {
  if (!text.includes(':') || text.length > LONGEST_TEXT) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const first = parseGroups(halves[0]!)
  const last = halves.length === 2 ? parseGroups(halves[1]!) : []
  if (first === undefined || last === undefined) return undefined
  const missing = GROUPS - first.length - last.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...first, ...new Array<number>(missing).fill(0), ...last]
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

/** `offset` is where the four bytes begin. */
export function ipv4Text(bytes: ArrayLike<number>, offset: number): string {
  return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`
}

/** Sixteen bytes in the form of RFC 5952: lower case, the longest run of zeros left out. */
export function ipv6Text(bytes: Uint8Array, offset: number): string {
  const groups = Array.from({ length: GROUPS }, (_, i) => (bytes[offset + 2 * i]! << 8) | bytes[offset + 2 * i + 1]!)
  let runStart = 0
  let runLength = 0
  for (let start = 0; start < GROUPS; start++) {
    let end = start
    while (end < GROUPS && groups[end] === 0) end++
    if (end - start > runLength) {
      runStart = start
      runLength = end - start
    }
  }
  const hex = groups.map((group) => group.toString(16))
  if (runLength < 2) return hex.join(':')
  return `${hex.slice(0, runStart).join(':')}::${hex.slice(runStart + runLength).join(':')}`
}

/** Groups of one side of `::`; the last two may be a dotted quad. */
function parseGroups(text: string): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const quad = parseIpv4(parts.at(-1)!)
  if (quad !== undefined) parts.splice(-1, 1, pairHex(quad, 0), pairHex(quad, 2))
  if (!parts.every((part) => GROUP.test(part))) return undefined
  return parts.map((part) => Number.parseInt(part, 16))
}

function pairHex(bytes: Uint8Array, at: number): string {
  return ((bytes[at]! << 8) | bytes[at + 1]!).toString(16)
}
