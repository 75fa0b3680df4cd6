"""One trace through the Python SDK with an exporter as it comes, set by its environment alone; prints its ids."""

import json
import os
import time

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

exporter = GrpcExporter() if os.environ["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc" else HttpExporter()
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(exporter))
tracer = provider.get_tracer("clew.clients", "1.2.3")
earlier = trace.SpanContext(0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331, is_remote=True)

with tracer.start_as_current_span(
    "order",
    kind=trace.SpanKind.SERVER,
    attributes={"items": 3, "total": 12.5, "gift": True, "note": "merci 감사 ☕", "tags": ["a", "b"]},
    links=[trace.Link(earlier, {"reason": "repeat"})],
) as order:
    with tracer.start_as_current_span("charge", kind=trace.SpanKind.CLIENT) as charge:
        charge.add_event("retry", {"attempt": 2})
        time.sleep(0.002)
        error = ValueError("card declined")
        charge.record_exception(error)
        charge.set_status(trace.StatusCode.ERROR, str(error))
provider.shutdown()

ids = order.get_span_context(), charge.get_span_context()
print(json.dumps({"traceId": f"{ids[0].trace_id:032x}", "orderId": f"{ids[0].span_id:016x}", "chargeId": f"{ids[1].span_id:016x}"}))
