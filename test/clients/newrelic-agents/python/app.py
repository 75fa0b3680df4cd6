"""A program with New Relic's agent, set by its environment alone: a job ten times a second, every tenth with an error,
until it is killed."""

import time

import newrelic.agent

newrelic.agent.initialize()
newrelic.agent.register_application(timeout=20)
jobs = 0


@newrelic.agent.background_task(name="job")
def job():
    global jobs
    jobs += 1
    with newrelic.agent.FunctionTrace(name="step"):
        newrelic.agent.add_custom_span_attribute("job", jobs)
        time.sleep(0.003)
    if jobs % 10 == 0:
        try:
            raise ValueError("no stock")
        except ValueError:
            newrelic.agent.notice_error()


while True:
    job()
    time.sleep(0.1)
