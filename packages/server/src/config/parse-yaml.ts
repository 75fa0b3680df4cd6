// YAML of settings. The parser is loaded with the first text: without a settings file a start does without it.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** Throws what the parser throws for what is no YAML. */
export function parseYaml(text: string): unknown {
  const { parse } = require('yaml') as typeof import('yaml')
  return parse(text)
}
