SELECT service, sum(span_count) AS spans, sumIf(span_count, status = 2) AS errors
FROM span_stats
WHERE tenant = 'default' AND minute >= 29321280 AND minute <= 29321281
GROUP BY service
ORDER BY service
