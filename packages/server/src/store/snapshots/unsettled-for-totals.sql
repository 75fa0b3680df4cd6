SELECT DISTINCT trace_low FROM (
SELECT trace_low FROM trace_summaries
WHERE tenant = 'default' AND trace_low IN (
    SELECT trace_low FROM spans
    WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND service = 'shop'
)
GROUP BY trace_low
HAVING min(trace_high) != max(trace_high)
UNION ALL
SELECT trace_low FROM spans
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND service = 'shop'
GROUP BY trace_low, span_id
HAVING count() > uniqUpTo(3)(kind, start, duration)
)
LIMIT 501
