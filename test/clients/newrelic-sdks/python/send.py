"""A program with New Relic's Telemetry SDK for Python, which speaks TLS only. Reads from stdin what to send, and prints
what the SDK gave back."""

import json
import sys

import urllib3
from newrelic_telemetry_sdk import Span, SpanClient

request = json.load(sys.stdin)
client = SpanClient(
    request["apiKey"], host=request["host"], port=request["port"], ca_certs=request["authorityPath"] or None
)
spans = [
    Span(
        span["name"],
        tags={**span.get("attributes", {}), **({"service.name": span["service"]} if "service" in span else {})},
        guid=span["id"],
        trace_id=span["traceId"],
        parent_id=span.get("parentId"),
        start_time_ms=span["timestamp"],
        duration_ms=span["durationMs"],
    )
    for span in request["spans"]
]
try:
    response = client.send_batch(spans, {"attributes": request["common"]})
    print(json.dumps({"error": None, "status": response.status, "body": response.data.decode()}))
except urllib3.exceptions.HTTPError as error:
    print(json.dumps({"error": str(error), "status": None, "body": None}))
