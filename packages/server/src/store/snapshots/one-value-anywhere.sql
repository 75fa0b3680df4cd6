SELECT trace_low, start, span_id, duration, kind, status, name, service
FROM spans
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND ((has(string_values, 'a') AND arrayExists((k, v) -> k IN (4960580281310611078, 16139028658332328005, 4319732473713067140) AND v = 'a', string_keys, string_values))
    OR origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND (has(string_values, 'a') AND arrayExists((k, v) -> k = 4960580281310611078 AND v = 'a', string_keys, string_values))))
ORDER BY start DESC
LIMIT 21
