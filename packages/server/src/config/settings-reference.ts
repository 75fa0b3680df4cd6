// The two documents that are made from the table of settings: the reference and a sample file with every default.
import { environmentName, flagName, SETTINGS, type Setting } from './settings.ts'

// The table's entries have different value types; here only their printed form matters.
const entries = inGroups(Object.values(SETTINGS) as unknown as readonly Setting<unknown>[])

export function renderSettingsReference(): string {
  const rows = entries.map(
    (entry) =>
      `| \`${entry.path}\` | \`${environmentName(entry.path)}\` | \`${flagName(entry.path)}\` | \`${entry.kind.print(entry.default)}\` | ${entry.description} Takes ${entry.kind.expected.replaceAll('|', '\\|')}. |`,
  )
  return [
    '# Settings',
    '',
    'Defaults, then `clew.yaml` (or the file `--config` or `CLEW_CONFIG` names), then environment, then flags: the later',
    'one wins. Nothing has to be set. Generated from `packages/server/src/config/settings.ts`.',
    '',
    '| in clew.yaml | environment | flag | default | what it does |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

export function renderSampleConfig(): string {
  const lines = [
    '# Every setting with its default. Copy what you change into clew.yaml.',
    '# Generated from packages/server/src/config/settings.ts.',
  ]
  let openGroup = ''
  for (const entry of entries) {
    const [group, key] = entry.path.includes('.') ? entry.path.split('.') : ['', entry.path]
    lines.push('')
    const indent = group ? '  ' : ''
    if (group && group !== openGroup) lines.push(`${group}:`)
    openGroup = group ?? ''
    lines.push(...wrap(entry.description, 100).map((line) => `${indent}# ${line}`))
    lines.push(`${indent}${key}: ${entry.kind.print(entry.default)}`)
  }
  lines.push('')
  return lines.join('\n')
}

/** Settings of one group together, where the first of them is: YAML has each group once. */
function inGroups(settings: readonly Setting<unknown>[]): readonly Setting<unknown>[] {
  const groups = new Map<string, Setting<unknown>[]>()
  for (const entry of settings) {
    const group = entry.path.includes('.') ? entry.path.split('.')[0]! : entry.path
    groups.set(group, [...(groups.get(group) ?? []), entry])
  }
  return [...groups.values()].flat()
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line && line.length + word.length >= width) {
      lines.push(line)
      line = word
    } else line = line ? `${line} ${word}` : word
  }
  lines.push(line)
  return lines
}
