// A program with New Relic's Telemetry SDK for Go. Reads from stdin what to send, and prints what the SDK said of it to
// its loggers: it returns nothing.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"regexp"
	"strconv"
	"time"

	"github.com/newrelic/newrelic-telemetry-sdk-go/telemetry"
)

type request struct {
	APIKey string                 `json:"apiKey"`
	URL    string                 `json:"url"`
	Common map[string]interface{} `json:"common"`
	Spans  []struct {
		ID         string                 `json:"id"`
		TraceID    string                 `json:"traceId"`
		ParentID   string                 `json:"parentId"`
		Timestamp  int64                  `json:"timestamp"`
		DurationMs float64                `json:"durationMs"`
		Name       string                 `json:"name"`
		Service    string                 `json:"service"`
		Attributes map[string]interface{} `json:"attributes"`
	} `json:"spans"`
}

type answer struct {
	Error  *string `json:"error"`
	Status *int    `json:"status"`
	Body   *string `json:"body"`
}

// The only place where the SDK tells of a status that is an error.
var refused = regexp.MustCompile(`unexpected post response code: (\d+)`)

func main() {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatal(err)
	}
	var got answer
	harvester, err := telemetry.NewHarvester(
		telemetry.ConfigAPIKey(asked.APIKey),
		telemetry.ConfigSpansURLOverride(asked.URL),
		telemetry.ConfigCommonAttributes(asked.Common),
		telemetry.ConfigHarvestPeriod(0),
		func(config *telemetry.Config) {
			// What cannot be reached is tried again until then.
			config.HarvestTimeout = 2 * time.Second
			config.ErrorLogger = func(fields map[string]interface{}) {
				message, isPost := fields["err"].(string)
				if !isPost {
					return
				}
				if code := refused.FindStringSubmatch(message); code != nil {
					status, _ := strconv.Atoi(code[1])
					got.Status = &status
				} else {
					got.Error = &message
				}
			}
			config.DebugLogger = func(fields map[string]interface{}) {
				if status, answered := fields["status"].(int); answered {
					body, _ := json.Marshal(fields["body"])
					text := string(body)
					got = answer{Status: &status, Body: &text}
				}
			}
		},
	)
	if err != nil {
		log.Fatal(err)
	}
	for _, span := range asked.Spans {
		err := harvester.RecordSpan(telemetry.Span{
			ID:          span.ID,
			TraceID:     span.TraceID,
			ParentID:    span.ParentID,
			Timestamp:   time.UnixMilli(span.Timestamp),
			Duration:    time.Duration(span.DurationMs * float64(time.Millisecond)),
			Name:        span.Name,
			ServiceName: span.Service,
			Attributes:  span.Attributes,
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	harvester.HarvestNow(context.Background())
	line, _ := json.Marshal(got)
	fmt.Println(string(line))
}
