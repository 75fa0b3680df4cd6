module clew/test/clients/newrelic-sdks

go 1.23.0

require github.com/newrelic/newrelic-telemetry-sdk-go v0.8.1
