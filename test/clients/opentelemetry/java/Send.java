import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;

/** One trace through the Java SDK with an exporter as it comes, set by its environment alone; prints its ids. */
public final class Send {
  public static void main(String[] args) throws Exception {
    OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
    Tracer tracer = sdk.getTracerProvider().get("clew.clients", "1.2.3");
    SpanContext earlier =
        SpanContext.createFromRemoteParent(
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b7169203331",
            TraceFlags.getDefault(),
            TraceState.getDefault());
    Span order =
        tracer
            .spanBuilder("order")
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("items", 3L)
            .setAttribute("total", 12.5)
            .setAttribute("gift", true)
            .setAttribute("note", "merci \uAC10\uC0AC \u2615")
            .setAttribute(AttributeKey.stringArrayKey("tags"), java.util.List.of("a", "b"))
            .addLink(earlier, Attributes.of(AttributeKey.stringKey("reason"), "repeat"))
            .startSpan();
    Span charge;
    try (Scope scope = order.makeCurrent()) {
      charge = tracer.spanBuilder("charge").setSpanKind(SpanKind.CLIENT).startSpan();
      charge.addEvent("retry", Attributes.of(AttributeKey.longKey("attempt"), 2L));
      Thread.sleep(2);
      charge.recordException(new IllegalStateException("card declined"));
      charge.setStatus(StatusCode.ERROR, "card declined");
      charge.end();
    }
    order.end();
    sdk.close();
    System.out.printf(
        "{\"traceId\":\"%s\",\"orderId\":\"%s\",\"chargeId\":\"%s\"}%n",
        order.getSpanContext().getTraceId(),
        order.getSpanContext().getSpanId(),
        charge.getSpanContext().getSpanId());
  }
}
