SELECT trace_low, start, span_id, duration, kind, status, name, service
FROM spans
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND service = 'shop'
ORDER BY start DESC
LIMIT 1050
