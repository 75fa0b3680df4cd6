// Writes packages/web/src/api/generated.ts from the schemas of the native API, so that the page and the server agree.
// `--check` writes nothing and fails when the file is not fresh.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from 'json-schema-to-typescript'
import { openApiComponents } from '../packages/server/src/dialects/native/components.ts'

const TARGET = join(dirname(fileURLToPath(import.meta.url)), '../packages/web/src/api/generated.ts')
const HEADER =
  '// Generated from packages/server/src/dialects/native/schemas.ts by scripts/generate-api-types.ts: do not edit.\n'

/** The whole text of the generated file. */
export async function generateApiTypes(): Promise<string> {
  const components = openApiComponents()
  const definitions = JSON.parse(JSON.stringify(components).replaceAll('#/components/schemas/', '#/$defs/'))
  const text = await compile(
    { $defs: definitions, title: 'ApiSchemas', type: 'object', properties: {} },
    'ApiSchemas',
    {
      additionalProperties: false,
      bannerComment: '',
      unreachableDefinitions: true,
      style: { semi: false, singleQuote: true, printWidth: 120 },
    },
  )
  return HEADER + withoutNoise(text)
}

/** Drops the empty interface of the carrier schema and the generator's remarks on where a definition came from. */
function withoutNoise(text: string): string {
  return text
    .replace(/export interface ApiSchemas \{\}\n/, '')
    .replace(
      /\n? \*\n \* This interface was referenced by `ApiSchemas`'s JSON-Schema\n \* via the `definition` "[^"]*"\./g,
      '',
    )
    .replace(
      /\/\*\*\n \* This interface was referenced by `ApiSchemas`'s JSON-Schema\n \* via the `definition` "[^"]*"\.\n \*\/\n/g,
      '',
    )
}

const fresh = await generateApiTypes()
if (process.argv.includes('--check')) {
  const present = await readFile(TARGET, 'utf8').catch(() => '')
  if (present !== fresh) {
    console.error(
      `${TARGET} is not what the schemas say: run npx tsx --conditions=@clew/source scripts/generate-api-types.ts`,
    )
    process.exitCode = 1
  }
} else {
  await mkdir(dirname(TARGET), { recursive: true })
  await writeFile(TARGET, fresh)
}
