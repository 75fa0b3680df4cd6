SELECT name, kind, sum(span_count) AS spans
FROM span_stats
WHERE tenant = 'default' AND service = 'shop'
GROUP BY name, kind
ORDER BY name, kind
