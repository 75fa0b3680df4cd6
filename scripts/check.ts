// `npm run check`: everything about the tree that a machine can judge without running the product. One line a step; the
// output of a step is shown only when it fails. `npm test` runs the tests themselves.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

interface Step {
  readonly name: string
  readonly command: readonly [string, ...string[]]
}

/** In the order of how fast they fail. `tsc -b` comes before whatever imports a package from its build. */
const STEPS: readonly Step[] = [
  { name: 'format and lint', command: ['biome', 'ci', '.'] },
  { name: 'sizes and suppressions', command: ['tsx', 'scripts/check-ratchet.ts'] },
  { name: 'types of the packages', command: ['tsc', '-b'] },
  { name: 'types of the page', command: ['tsc', '--noEmit', '-p', 'packages/web'] },
  { name: 'types of tests, bench and scripts', command: ['tsc', '-p', 'tsconfig.tests.json'] },
  { name: 'architecture', command: ['vitest', 'run', '--reporter=dot', 'test/architecture', 'test/house-rules'] },
  { name: 'generated reference is fresh', command: [...source('scripts/generate-docs.ts'), '--check'] },
  { name: 'generated API types are fresh', command: [...source('scripts/generate-api-types.ts'), '--check'] },
]

/** A script that imports packages from their source, with no build before. */
function source(path: string): [string, ...string[]] {
  return ['node', '--conditions=@clew/source', '--import', 'tsx', path]
}

function run(step: Step): Promise<{ code: number; output: string }> {
  const [command, ...args] = step.command
  const local = `${ROOT}node_modules/.bin/${command}`
  return new Promise((resolve) => {
    const child = spawn(existsSync(local) ? local : command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.on('error', (error) => resolve({ code: 1, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

let failures = 0
for (const step of STEPS) {
  const started = performance.now()
  const { code, output } = await run(step)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`)
  if (code === 0) continue
  failures++
  console.log(`     ${step.command.join(' ')}\n${output.trimEnd().replaceAll(/^/gm, '     ')}`)
}
if (failures > 0) {
  console.log(`${failures} of ${STEPS.length} checks failed`)
  process.exitCode = 1
}
