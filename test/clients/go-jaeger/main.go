// One trace through Jaeger's client for Go, over UDP in the compact protocol and over HTTP, then a look whether it has
// arrived. The client records it only if it is told to by the strategy that it polls for.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/opentracing/opentracing-go"
	"github.com/opentracing/opentracing-go/ext"
	"github.com/uber/jaeger-client-go"
	"github.com/uber/jaeger-client-go/config"
)

func env(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

const pollEvery = 100 * time.Millisecond

var page = env("CLEW_PAGE", "http://localhost:2539")

func send(service string, reporter *config.ReporterConfig, bits128 bool) (string, error) {
	tracer, closer, err := config.Configuration{
		ServiceName: service,
		Sampler: &config.SamplerConfig{
			Type:                    "remote",
			SamplingServerURL:       env("CLEW_SAMPLING", "http://localhost:5778/sampling"),
			SamplingRefreshInterval: pollEvery,
		},
		Reporter: reporter,
	}.NewTracer(config.Gen128Bit(bits128), config.Logger(jaeger.StdLogger))
	if err != nil {
		return "", err
	}
	// Before the first poll the client records next to nothing.
	time.Sleep(5 * pollEvery)
	root := tracer.StartSpan("order", ext.SpanKindRPCServer)
	child := tracer.StartSpan("charge", opentracing.ChildOf(root.Context()))
	child.SetTag("amount", 42)
	ext.Error.Set(child, true)
	child.LogKV("event", "error", "message", "card declined")
	child.Finish()
	root.Finish()
	traceID := root.Context().(jaeger.SpanContext).TraceID().String()
	return traceID, closer.Close()
}

func arrived(traceID, service string) bool {
	type trace struct {
		Spans []struct {
			Name    string `json:"name"`
			Service string `json:"service"`
			Kind    string `json:"kind"`
			Status  struct {
				Code string `json:"code"`
			} `json:"status"`
		} `json:"spans"`
	}
	for i := 0; i < 50; i++ {
		answer, err := http.Get(page + "/clew/v1/traces/" + traceID)
		if err == nil {
			var found trace
			err = json.NewDecoder(answer.Body).Decode(&found)
			answer.Body.Close()
			if err == nil && len(found.Spans) == 2 {
				said := map[string]string{}
				for _, span := range found.Spans {
					said[span.Name] = span.Service + " " + span.Kind + " " + span.Status.Code
				}
				return said["order"] == service+" server unset" && said["charge"] == service+" unspecified error"
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	return false
}

func main() {
	agent := env("CLEW_JAEGER_AGENT", "localhost:6831")
	collector := env("CLEW_JAEGER_COLLECTOR", "http://localhost:14268") + "/api/traces"
	failed := false
	for _, way := range []struct {
		service  string
		reporter config.ReporterConfig
		bits128  bool
	}{
		{"go-udp", config.ReporterConfig{LocalAgentHostPort: agent}, false},
		{"go-udp-128", config.ReporterConfig{LocalAgentHostPort: agent}, true},
		{"go-http", config.ReporterConfig{CollectorEndpoint: collector}, false},
	} {
		traceID, err := send(way.service, &way.reporter, way.bits128)
		ok := err == nil && arrived(traceID, way.service)
		failed = failed || !ok
		result := "FAIL"
		if ok {
			result = "ok  "
		}
		fmt.Println(result, way.service, page+"/traces/"+traceID)
		if err != nil {
			fmt.Println(err)
		}
	}
	if failed {
		os.Exit(1)
	}
}
