// The table the bench prints: what was measured beside what the project wants to reach, with the machine it ran on.
import { readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'

export interface Row {
  readonly what: string
  readonly measured: string
  /** Empty where a figure is told and nothing is asked of it. */
  readonly goal: string
  /** Undefined where there is no goal. */
  readonly met?: boolean | undefined
  /** For machines: the plain figures behind `measured`. */
  readonly figures?: Readonly<Record<string, number>>
}

const QUIET_LOAD = 0.3

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGib: number
  readonly node: string
  readonly system: string
  /** Processes that wanted a core in the minute before the bench began: above about 0.3, others disturb the figures. */
  readonly loadBefore: number
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: systemName(),
    loadBefore: loadavg()[0]!,
  }
}

function systemName(): string {
  try {
    return /PRETTY_NAME="([^"]+)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform
  } catch {
    return process.platform
  }
}

export function printTable(machine: Machine, scale: number, rows: readonly Row[]): string {
  const head = ['what', 'measured', 'reach', '']
  const lines = rows.map((row) => [
    row.what,
    row.measured,
    row.goal,
    row.met === undefined ? '' : row.met ? 'yes' : 'no',
  ])
  return [
    `${machine.cpu}, ${machine.cores} cores shared with the load generator, ${machine.memoryGib} GiB, ${machine.system}, Node ${machine.node}; ${(scale * 1_000_000).toLocaleString('en-US')} spans${machine.loadBefore > QUIET_LOAD ? ` (not a quiet machine: load ${machine.loadBefore.toFixed(1)} before the bench)` : ''}`,
    '',
    ...markdownTable(head, lines),
  ].join('\n')
}

/** The same figures at several sizes of the store, side by side. */
export function printGrowth(results: readonly { readonly scale: number; readonly rows: readonly Row[] }[]): string {
  const names = [...new Set(results.flatMap(({ rows }) => rows.map((row) => row.what)))]
  const head = ['what', ...results.map(({ scale }) => `${(scale * 1_000_000).toLocaleString('en-US')} spans`)]
  const lines = names.map((name) => [
    name,
    ...results.map(({ rows }) => rows.find((row) => row.what === name)?.measured ?? ''),
  ])
  return markdownTable(head, lines).join('\n')
}

/** Padded so that it reads well on a terminal too. */
function markdownTable(head: readonly string[], lines: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]!.length)))
  const print = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  return [print(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...lines.map(print)]
}
