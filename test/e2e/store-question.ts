// SQL on the data folder of a stopped server: what is really in the tables, past every part of the product that could hide
// it. Runs in a process of its own, since the engine can be opened only once and keeps its threads until the end.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type Row = Readonly<Record<string, string | number | boolean | null>>

const SCRIPT = `
const { Session } = await import('chdb')
const [folder, ...questions] = process.argv.slice(1)
const session = new Session(folder)
const answers = questions.map((sql) => session.query(sql, 'JSONEachRow').split('\\n').filter(Boolean).map((line) => JSON.parse(line)))
session.close()
process.stdout.write(JSON.stringify(answers))
`

/** The rows of each question. 64-bit integers come as text. */
export function askStore(dataDir: string, questions: readonly string[]): Promise<Row[][]> {
  const args = ['--input-type=module', '-e', SCRIPT, join(dataDir, 'store', 'db'), ...questions]
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  return new Promise((resolve, reject) =>
    execFile(process.execPath, args, { cwd, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error !== null) reject(new Error(`${error.message}\n${stderr}`))
      else resolve(JSON.parse(stdout) as Row[][])
    }),
  )
}
