SELECT trace_low, trace_high, span_id, origin, marks, otlp
FROM traces
WHERE tenant = 'default' AND trace_low IN (99)
