SELECT
    trace_low,
    max(start) AS newest,
    1 AS certain
FROM spans
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND service = 'shop'
GROUP BY trace_low
ORDER BY newest DESC, trace_low
LIMIT 21
