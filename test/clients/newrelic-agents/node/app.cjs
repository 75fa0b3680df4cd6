// A program with New Relic's agent, set by its environment alone: a job ten times a second, every tenth with an error,
// until it is killed.
const newrelic = require('newrelic')

let jobs = 0

async function step() {
  jobs++
  newrelic.addCustomSpanAttribute('job', jobs)
  if (jobs % 10 === 0) newrelic.noticeError(new TypeError('no stock'))
  await new Promise((resolve) => setTimeout(resolve, 3))
}

setInterval(() => newrelic.startBackgroundTransaction('job', () => newrelic.startSegment('step', true, step)), 100)
