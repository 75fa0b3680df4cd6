// Counts what must not grow and compares with scripts/ratchet.json. A count may fall, and then the file is lowered with
// `npx tsx scripts/check-ratchet.ts --lower`; it can never be raised by this script.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const LIMITS = `${ROOT}scripts/ratchet.json`
const LONG_FILE_LINES = 300

/** What is looked for, line by line; written so that no pattern finds itself. */
const PATTERNS = {
  'casts to any': /\bas an[y]\b/,
  'type suppressions': /@ts-(?:ignore|expect-error|nocheck)/,
  'lint suppressions': /(?:biome-ignore|eslint-disable)(?!\|)(?!\))/,
} as const

type Counts = Record<string, number>

function sources(): string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT })
    .toString()
    .split('\0')
    .filter(
      (path) =>
        /\.(ts|tsx|cts|cjs)$/.test(path) &&
        !/(^|\/)(generated|fixtures|samples|snapshots)\/|\/generated\.ts$/.test(path),
    )
}

function count(): { counts: Counts; places: string[] } {
  const counts: Counts = { 'files over 300 lines': 0 }
  for (const name of Object.keys(PATTERNS)) counts[name] = 0
  const places: string[] = []
  for (const path of sources()) {
    const text = read(path)
    if (text === undefined) continue
    const lines = text.split('\n')
    const length = lines.at(-1) === '' ? lines.length - 1 : lines.length
    if (length > LONG_FILE_LINES) {
      counts['files over 300 lines']!++
      places.push(`files over 300 lines: ${path} (${length})`)
    }
    lines.forEach((line, index) => {
      for (const [name, pattern] of Object.entries(PATTERNS)) {
        if (!pattern.test(line)) continue
        counts[name]!++
        places.push(`${name}: ${path}:${index + 1}`)
      }
    })
  }
  return { counts, places }
}

/** undefined for a file that git still lists and someone has just deleted. */
function read(path: string): string | undefined {
  try {
    return readFileSync(`${ROOT}${path}`, 'utf8')
  } catch {
    return undefined
  }
}

const limits = JSON.parse(readFileSync(LIMITS, 'utf8')) as Counts
const { counts, places } = count()
const risen = Object.entries(counts).filter(([name, value]) => value > (limits[name] ?? 0))
for (const [name, value] of risen) {
  console.log(`${name}: ${value}, allowed ${limits[name] ?? 0}`)
  for (const place of places.filter((each) => each.startsWith(`${name}:`)))
    console.log(`  ${place.slice(name.length + 2)}`)
}
if (risen.length > 0) process.exit(1)

const lowered = Object.fromEntries(
  Object.keys(counts).map((name) => [name, Math.min(counts[name]!, limits[name] ?? 0)]),
)
const slack = Object.keys(lowered).filter((name) => lowered[name]! < (limits[name] ?? 0))
if (process.argv.includes('--lower')) writeFileSync(LIMITS, `${JSON.stringify(lowered, null, 2)}\n`)
else if (slack.length > 0) {
  console.log(
    `lower than scripts/ratchet.json allows: ${slack.join(', ')}; run npx tsx scripts/check-ratchet.ts --lower`,
  )
  process.exit(1)
}
