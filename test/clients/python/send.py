"""One trace through the Python SDK with default exporter settings, then a look whether it has arrived."""

import json
import os
import sys
import time
import urllib.request

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

PAGE = os.environ.get("CLEW_PAGE", "http://localhost:2539")


def send(service, exporter):
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("clew.clients")
    with tracer.start_as_current_span("order", kind=trace.SpanKind.SERVER) as root:
        with tracer.start_as_current_span("charge") as span:
            span.set_attribute("amount", 42)
            try:
                raise ValueError("card declined")
            except ValueError as error:
                span.record_exception(error)
                span.set_status(trace.StatusCode.ERROR, str(error))
    provider.shutdown()
    return format(root.get_span_context().trace_id, "032x")


def arrived(trace_id):
    for _ in range(50):
        try:
            with urllib.request.urlopen(f"{PAGE}/clew/v1/traces/{trace_id}") as answer:
                spans = json.load(answer)["spans"]
                if {span["name"] for span in spans} == {"order", "charge"}:
                    return True
        except urllib.error.HTTPError:
            pass
        time.sleep(0.1)
    return False


failed = False
for service, exporter in (("python-http", HttpExporter()), ("python-grpc", GrpcExporter(insecure=True))):
    trace_id = send(service, exporter)
    found = arrived(trace_id)
    failed = failed or not found
    print(f"{'ok  ' if found else 'FAIL'} {service} {PAGE}/traces/{trace_id}")
sys.exit(1 if failed else 0)
