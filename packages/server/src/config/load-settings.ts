// Settings from their four sources, the later winning: defaults, `clew.yaml`, environment, flags. Whatever is wrong is
// said with the name of the key, what was expected and what came; nothing starts on a guess.
import { readFileSync } from 'node:fs'
import { ClewError } from '@clew/model'
import { parseYaml } from './parse-yaml.ts'
import {
  defaultSettings,
  environmentName,
  flagName,
  SETTINGS,
  type Setting,
  type SettingName,
  type Settings,
} from './settings.ts'

export interface SettingSources {
  /** What `--config` or `CLEW_CONFIG` names; the file must then exist. Otherwise `clew.yaml` is read when it is there. */
  readonly configPath?: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Flags as they were written, by setting. */
  readonly flags: Partial<Readonly<Record<SettingName, string>>>
  /** Reads a text file; throws an error with code ENOENT when there is none. */
  readonly readFile?: (path: string) => string
}

export interface LoadedSettings {
  readonly settings: Settings
  /** `clew.yaml` as it was found, or undefined. */
  readonly configPath: string | undefined
  /** What may be a slip but need not be one. */
  readonly warnings: readonly string[]
}

const DEFAULT_CONFIG_PATH = 'clew.yaml'
const NAMES = Object.keys(SETTINGS) as SettingName[]
const PATHS = NAMES.map((name) => SETTINGS[name].path)
/** Read elsewhere: CLEW_CONFIG by the command line. */
const OTHER_VARIABLES = new Set(['CLEW_CONFIG'])

export function loadSettings(sources: SettingSources): LoadedSettings {
  const named = sources.configPath ?? sources.environment.CLEW_CONFIG
  const file = readConfig(named, sources.readFile ?? ((path) => readFileSync(path, 'utf8')))
  const fromFile = file ? flatten(file.content, file.path) : new Map<string, unknown>()
  const values: Record<string, unknown> = { ...defaultSettings() }
  for (const name of NAMES) {
    const { path } = SETTINGS[name]
    const variable = environmentName(path)
    if (fromFile.has(path)) values[name] = parseValue(SETTINGS[name], `${file?.path}: ${path}`, fromFile.get(path))
    const text = sources.environment[variable]
    if (text !== undefined && text !== '') values[name] = parseValue(SETTINGS[name], variable, text)
    const flag = sources.flags[name]
    if (flag !== undefined) values[name] = parseValue(SETTINGS[name], flagName(path), flag)
  }
  const settings = values as Settings
  checkTogether(settings)
  return { settings, configPath: file?.path, warnings: unknownVariables(sources.environment) }
}

function parseValue(entry: Setting<unknown> | (typeof SETTINGS)[SettingName], where: string, raw: unknown): unknown {
  const value = entry.kind.parse(raw)
  if (value !== undefined) return value
  const came = entry.secret ? 'something else (not shown, it may be secret)' : show(raw)
  throw new ClewError('SETTING_INVALID', `${where}: expected ${entry.kind.expected}, got ${came}`)
}

function checkTogether(settings: Settings): void {
  if (settings.byteBudget < settings.maxBodyBytes)
    throw new ClewError(
      'SETTING_INVALID',
      `byte_budget: expected at least max_body_bytes (${settings.maxBodyBytes}), or the largest request could never ` +
        `be taken, got ${settings.byteBudget}`,
    )
  checkTls(settings)
  if (settings.storeEngine === 'cluster' && settings.storeUrl === '')
    throw new ClewError(
      'SETTING_INVALID',
      'store.url: expected an address because store.engine is cluster, got nothing',
    )
}

function checkTls({ tlsMode, tlsCert, tlsKey }: Settings): void {
  if ((tlsCert === '') !== (tlsKey === ''))
    throw new ClewError(
      'SETTING_INVALID',
      `tls.cert and tls.key: expected both or neither, got only ${tlsKey === '' ? 'tls.cert' : 'tls.key'}`,
    )
  if (tlsMode === 'auto' && tlsCert !== '')
    throw new ClewError('SETTING_INVALID', 'tls.mode: expected files because tls.cert is given, got auto')
}

function readConfig(named: string | undefined, readFile: (path: string) => string) {
  const path = named ?? DEFAULT_CONFIG_PATH
  let source: string
  try {
    source = readFile(path)
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new ClewError('SETTING_INVALID', `${path}: cannot be read: ${(error as Error).message}`, { cause: error })
  }
  try {
    const content: unknown = parseYaml(source)
    return { path, content }
  } catch (error) {
    throw new ClewError('SETTING_INVALID', `${path}: is no YAML: ${(error as Error).message}`, { cause: error })
  }
}

/** `{http: {port: 1}}` as `http.port → 1`, stopping where the table knows a path. */
function flatten(content: unknown, file: string): Map<string, unknown> {
  const values = new Map<string, unknown>()
  if (content === null || content === undefined) return values
  if (typeof content !== 'object' || Array.isArray(content))
    throw new ClewError('SETTING_INVALID', `${file}: expected settings as "key: value" lines, got ${show(content)}`)
  walk(content as Readonly<Record<string, unknown>>, '')
  return values

  function walk(level: Readonly<Record<string, unknown>>, prefix: string): void {
    for (const [key, value] of Object.entries(level)) {
      const path = prefix + key
      if (PATHS.includes(path as (typeof PATHS)[number])) values.set(path, value)
      // `tls: auto` for `tls: {mode: auto}`.
      else if (typeof value === 'string' && PATHS.includes(`${path}.mode` as (typeof PATHS)[number]))
        values.set(`${path}.mode`, value)
      else if (typeof value === 'object' && value !== null && PATHS.some((known) => known.startsWith(`${path}.`)))
        walk(value as Readonly<Record<string, unknown>>, `${path}.`)
      else
        throw new ClewError(
          'SETTING_INVALID',
          `${file}: ${path}: expected a known setting, got one that is not${hint(path)}`,
        )
    }
  }
}

function hint(path: string): string {
  const near = nearest(path, PATHS)
  return near ? `; did you mean ${near}?` : '; docs/reference/settings.md lists them all'
}

/** An orchestrator may set variables of its own that begin like ours, so an unknown one is a warning and no error. */
function unknownVariables(environment: SettingSources['environment']): string[] {
  const known = PATHS.map(environmentName)
  return Object.keys(environment)
    .filter((name) => name.startsWith('CLEW_') && !known.includes(name) && !OTHER_VARIABLES.has(name))
    .map((name) => {
      const near = nearest(name, known)
      return `${name}: no such setting, ignored${near ? `; did you mean ${near}?` : ''}`
    })
}

/** The candidate at most two edits away. */
function nearest(text: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = 3
  for (const candidate of candidates) {
    const distance = editDistance(text, candidate)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

function show(raw: unknown): string {
  const text = JSON.stringify(raw) ?? String(raw)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
