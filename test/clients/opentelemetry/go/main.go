// One trace through the Go SDK with an exporter as it comes, set by its environment alone; prints its ids.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func newExporter(ctx context.Context) *otlptrace.Exporter {
	if os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc" {
		return must(otlptracegrpc.New(ctx))
	}
	return must(otlptracehttp.New(ctx))
}

func main() {
	ctx := context.Background()
	provider := sdk.NewTracerProvider(sdk.WithBatcher(newExporter(ctx)))
	tracer := provider.Tracer("clew.clients", trace.WithInstrumentationVersion("1.2.3"))
	earlier := trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: must(trace.TraceIDFromHex("0af7651916cd43dd8448eb211c80319c")),
		SpanID:  must(trace.SpanIDFromHex("b7ad6b7169203331")),
		Remote:  true,
	})

	ctx, order := tracer.Start(ctx, "order",
		trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(
			attribute.Int("items", 3),
			attribute.Float64("total", 12.5),
			attribute.Bool("gift", true),
			attribute.String("note", "merci 감사 ☕"),
			attribute.StringSlice("tags", []string{"a", "b"}),
		),
		trace.WithLinks(trace.Link{
			SpanContext: earlier,
			Attributes:  []attribute.KeyValue{attribute.String("reason", "repeat")},
		}),
	)
	_, charge := tracer.Start(ctx, "charge", trace.WithSpanKind(trace.SpanKindClient))
	charge.AddEvent("retry", trace.WithAttributes(attribute.Int("attempt", 2)))
	time.Sleep(2 * time.Millisecond)
	err := errors.New("card declined")
	charge.RecordError(err)
	charge.SetStatus(codes.Error, err.Error())
	charge.End()
	order.End()
	if err := provider.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]string{
		"traceId":  order.SpanContext().TraceID().String(),
		"orderId":  order.SpanContext().SpanID().String(),
		"chargeId": charge.SpanContext().SpanID().String(),
	})
}
