// Prints `N passed, N failed` from Vitest's JSON report, and exits non-zero on any failure. Plain JavaScript: it must
// still speak when the tools are broken. usage: node scripts/closing-line.mjs <report.json> <failed steps before the tests>
import { readFileSync } from 'node:fs'

const [path, failedSteps = '0'] = process.argv.slice(2)
let passed = 0
let failed = Number(failedSteps)
try {
  const report = JSON.parse(readFileSync(path, 'utf8'))
  passed = report.numPassedTests
  // A file that could not be loaded has no tests to count: it is one failure of its own.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  failed += report.numFailedTests + brokenFiles.length
  if (!report.success && failed === 0) failed = 1
} catch (error) {
  console.log(`no test report: ${error.message}`)
  failed += 1
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
