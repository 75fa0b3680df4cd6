SELECT DISTINCT trace_low FROM (
SELECT trace_low FROM trace_summaries
WHERE tenant = 'default' AND trace_low IN (
    SELECT trace_low FROM spans
    WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND (position(lowerUTF8(service), 'é') > 0
    OR position(lowerUTF8(name), 'é') > 0
    OR arrayExists(v -> (position(lowerUTF8(v), 'é') > 0 OR length(v) >= 1021), string_values)
    OR origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND arrayExists(v -> (position(lowerUTF8(v), 'é') > 0 OR length(v) >= 1021), string_values)))
)
GROUP BY trace_low
HAVING min(trace_high) != max(trace_high) OR max(block) > 7
UNION ALL
SELECT trace_low FROM spans
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND (position(lowerUTF8(service), 'é') > 0
    OR position(lowerUTF8(name), 'é') > 0
    OR arrayExists(v -> (position(lowerUTF8(v), 'é') > 0 OR length(v) >= 1021), string_values)
    OR origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND arrayExists(v -> (position(lowerUTF8(v), 'é') > 0 OR length(v) >= 1021), string_values)))
    AND NOT (position(lowerUTF8(service), 'é') > 0
    OR position(lowerUTF8(name), 'é') > 0
    OR arrayExists(v -> position(lowerUTF8(v), 'é') > 0, string_values)
    OR origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND arrayExists(v -> position(lowerUTF8(v), 'é') > 0, string_values)))
UNION ALL
SELECT trace_low FROM spans
WHERE tenant = 'default' AND block <= 7 AND trace_low IN (
    SELECT trace_low FROM spans
    WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND (position(lowerUTF8(service), 'é') > 0
    OR position(lowerUTF8(name), 'é') > 0
    OR arrayExists(v -> (position(lowerUTF8(v), 'é') > 0 OR length(v) >= 1021), string_values)
    OR origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND arrayExists(v -> (position(lowerUTF8(v), 'é') > 0 OR length(v) >= 1021), string_values)))
)
GROUP BY trace_low, span_id
HAVING count() > uniqUpTo(3)(kind, start, duration)
)
LIMIT 2001
