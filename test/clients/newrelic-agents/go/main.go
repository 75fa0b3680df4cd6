// A program with New Relic's agent: a job ten times a second, every tenth with an error, until it is killed. The address
// of the collector is no setting of the environment for this agent.
package main

import (
	"errors"
	"os"
	"time"

	"github.com/newrelic/go-agent/v3/newrelic"
)

func main() {
	app, err := newrelic.NewApplication(
		newrelic.ConfigFromEnvironment(),
		newrelic.ConfigDistributedTracerEnabled(true),
		func(config *newrelic.Config) { config.Host = os.Getenv("COLLECTOR") },
	)
	if err != nil {
		panic(err)
	}
	if err := app.WaitForConnection(20 * time.Second); err != nil {
		panic(err)
	}
	for job := 1; ; job++ {
		transaction := app.StartTransaction("job")
		step := transaction.StartSegment("step")
		step.AddAttribute("job", job)
		time.Sleep(3 * time.Millisecond)
		step.End()
		if job%10 == 0 {
			transaction.NoticeError(errors.New("no stock"))
		}
		transaction.End()
		time.Sleep(100 * time.Millisecond)
	}
}
