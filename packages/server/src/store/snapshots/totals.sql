SELECT
    uniqExact(trace_low) AS traces,
    count() AS spans
FROM spans
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND trace_low NOT IN (1)
    AND service = 'shop'
