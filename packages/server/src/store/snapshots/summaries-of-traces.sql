SELECT
    trace_low,
    trace_high,
    min(trace_summaries.first_start) AS trace_start,
    max(trace_summaries.last_end) AS trace_end,
    sum(trace_summaries.span_count) AS spans,
    sum(trace_summaries.error_count) AS errors,
    min(trace_summaries.root) AS trace_root,
    sumMap(trace_summaries.services) AS service_spans,
    sumMap(trace_summaries.service_errors) AS failed_spans,
    max(trace_summaries.block) AS last_block
FROM trace_summaries
WHERE tenant = 'default' AND trace_low IN (1, 2)
GROUP BY trace_low, trace_high
