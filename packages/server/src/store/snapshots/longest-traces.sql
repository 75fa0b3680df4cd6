SELECT
    trace_low,
    trace_high,
    min(trace_summaries.first_start) AS trace_start,
    max(trace_summaries.last_end) AS trace_end,
    min(trace_summaries.root) AS trace_root,
    sumMap(trace_summaries.services) AS trace_services,
    toUInt64(trace_end - trace_start) AS rank
FROM trace_summaries
WHERE tenant = 'default'
    AND trace_low IN (
    SELECT trace_low FROM spans
    WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND service = 'shop'
)
    AND trace_low NOT IN (1)
GROUP BY trace_low, trace_high
HAVING (rank < 5 OR (rank = 5 AND (trace_low, trace_high) > (9532127138774266268, 790211418057950173)))
ORDER BY rank DESC, trace_low, trace_high
LIMIT 21
