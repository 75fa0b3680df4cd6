SELECT
    trace_low,
    max(start) AS newest,
    1 AS certain
FROM spans
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND (service = 'shop'
    AND ((has(number_values, 500) AND arrayExists((k, v) -> k = 2145934372332399084 AND v = 500, number_keys, number_values))
    OR (NOT (has(string_keys, 2145934372332399084) OR has(number_keys, 2145934372332399084) OR has(bool_keys, 2145934372332399084))
    AND origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND (has(number_values, 500) AND arrayExists((k, v) -> k = 2145934372332399084 AND v = 500, number_keys, number_values))))))
GROUP BY trace_low
ORDER BY newest DESC, trace_low
LIMIT 21
