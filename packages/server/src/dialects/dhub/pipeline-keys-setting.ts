// The setting `pipelines.attributes`: further attributes that say of which pipeline, run and step a span is.
import { readFile } from 'node:fs/promises'
import { PIPELINE_KEYS, type PipelineField } from '@clew/analysis'
import { ClewError } from '@clew/model'

export type FurtherKeys = Partial<Record<PipelineField, readonly string[]>>

/** In the words of the setting. */
const FIELDS: Readonly<Record<string, PipelineField>> = Object.fromEntries(
  (Object.keys(PIPELINE_KEYS) as PipelineField[]).map((field) => [
    field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    field,
  ]),
)

/** `setting` is the path of a JSON file, or its text; '' for none. Throws SETTING_INVALID. */
export async function readPipelineKeys(setting: string): Promise<FurtherKeys> {
  if (setting === '') return {}
  const text = setting.trimStart().startsWith('{') ? setting : await readText(setting)
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (error) {
    throw invalid(`expected JSON, got ${(error as Error).message}`)
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalid('expected an object')
  return Object.fromEntries(
    Object.entries(given).map(([name, keys]) => {
      const field = FIELDS[name]
      if (field === undefined) throw invalid(`expected one of ${Object.keys(FIELDS).join(', ')}, got ${name}`)
      return [field, listOf(name, keys)]
    }),
  )
}

function listOf(name: string, keys: unknown): readonly string[] {
  const list: unknown = typeof keys === 'string' ? [keys] : keys
  if (Array.isArray(list) && list.every((key) => typeof key === 'string' && key !== '')) return list
  throw invalid(`${name}: expected keys of attributes, got ${JSON.stringify(keys)}`)
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw invalid(`cannot read ${path}: ${(error as Error).message}`)
  }
}

function invalid(problem: string): ClewError {
  return new ClewError('SETTING_INVALID', `pipelines.attributes: ${problem}`)
}
