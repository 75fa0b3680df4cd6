// `npm run bench`: builds the product, runs every case against fresh server processes and prints one table.
//   npm run bench                      everything, a million spans
//   npm run bench -- --only main,lone  some of it
//   npm run bench -- --scale 10        ten million spans; `--scale 0.1,1,10` shows the growth
//   npm run bench -- --json            for machines
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { BenchContext } from './bench-case.ts'
import { CASES } from './cases/registry.ts'
import { paceMs, paceText } from './pace.ts'
import { describeMachine, printGrowth, printTable, type Row } from './report.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    scale: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
  },
})

const names = values.only?.split(',') ?? CASES.map((each) => each.name)
const unknown = names.filter((name) => !CASES.some((each) => each.name === name))
const scales = values.scale.split(',').map(Number)
if (unknown.length > 0 || scales.some((scale) => !(scale > 0))) {
  console.error(`--only takes ${CASES.map((each) => each.name).join(', ')}; --scale takes positive numbers`)
  process.exit(2)
}
if (!values['no-build'] && spawnSync('npx', ['tsc', '-b'], { stdio: ['ignore', 2, 2] }).status !== 0) process.exit(1)

const machine = describeMachine()
const results: { scale: number; rows: Row[] }[] = []
// The first time the loop is compiled.
paceMs()
const paces = [paceMs()]
let broken = false
for (const scale of scales) {
  const rows: Row[] = []
  results.push({ scale, rows })
  for (const each of CASES.filter((one) => names.includes(one.name))) {
    const context: BenchContext = {
      scale,
      seed: Number(values.seed),
      say: (line) => console.error(`[${each.name}] ${line}`),
      failed: (what, error) => {
        broken = true
        console.error(`[${each.name}] ${what} failed:`, error)
        return { what, measured: `failed: ${error.message.split('\n')[0]}`, goal: '', met: false }
      },
    }
    await each.run(context).then(
      (measured) => rows.push(...measured),
      (error: Error) => rows.push(context.failed(each.name, error)),
    )
    paces.push(paceMs())
  }
}
if (values.json) console.log(JSON.stringify({ machine, paces, results }, null, 2))
else {
  for (const { scale, rows } of results) console.log(`${printTable(machine, scale, rows)}\n\n${paceText(paces)}\n`)
  if (results.length > 1) console.log(`${printGrowth(results)}\n`)
}
process.exit(broken ? 1 : 0)
