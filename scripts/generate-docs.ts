// Writes docs/reference from the tables in the source: settings, sample settings file, errors, metrics. `--check` writes
// nothing and fails when a file is not what its table says.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderSampleConfig, renderSettingsReference } from '../packages/server/src/config/settings-reference.ts'
import { renderErrorReference } from '../packages/server/src/errors-reference.ts'
import { renderMetricsReference } from '../packages/server/src/telemetry/metrics.ts'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../docs/reference')

const FILES: Readonly<Record<string, () => string>> = {
  'settings.md': renderSettingsReference,
  'clew.sample.yaml': renderSampleConfig,
  'errors.md': renderErrorReference,
  'metrics.md': renderMetricsReference,
}

const isCheck = process.argv.includes('--check')
await mkdir(FOLDER, { recursive: true })
for (const [name, render] of Object.entries(FILES)) {
  const path = join(FOLDER, name)
  if (!isCheck) await writeFile(path, render())
  else if ((await readFile(path, 'utf8').catch(() => '')) !== render()) {
    console.error(
      `docs/reference/${name} is not what the source says: run npx tsx --conditions=@clew/source scripts/generate-docs.ts`,
    )
    process.exitCode = 1
  }
}
