SELECT
    trace_low,
    count() AS matched,
    countIf(NOT (service = 'shop'
    AND (((has(string_keys, 6469854897048421514) AND arrayExists((k, v) -> k = 6469854897048421514 AND v != '', string_keys, string_values))
    AND (has(string_keys, 6469854897048421514) AND NOT arrayExists((k, v) -> k = 6469854897048421514 AND NOT (v != 'x'), string_keys, string_values)))
    OR (NOT (has(string_keys, 6469854897048421514) OR has(number_keys, 6469854897048421514) OR has(bool_keys, 6469854897048421514))
    AND origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND (has(string_keys, 6469854897048421514) AND arrayExists((k, v) -> k = 6469854897048421514 AND v != '', string_keys, string_values)))
    AND origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND (has(string_keys, 6469854897048421514) AND NOT arrayExists((k, v) -> k = 6469854897048421514 AND NOT (v != 'x'), string_keys, string_values))))))) AS uncertain,
    groupArraySorted(3)((start, span_id, duration, kind, status, toString(name), toString(service))) AS spans
FROM spans
PREWHERE trace_low IN (1, 2)
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND (service = 'shop'
    AND ((has(string_keys, 6469854897048421514) AND NOT arrayExists((k, v) -> k = 6469854897048421514 AND NOT (v != 'x'), string_keys, string_values))
    OR (NOT (has(string_keys, 6469854897048421514) OR has(number_keys, 6469854897048421514) OR has(bool_keys, 6469854897048421514))
    AND origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND (has(string_keys, 6469854897048421514) AND NOT arrayExists((k, v) -> k = 6469854897048421514 AND NOT (v != 'x'), string_keys, string_values))))))
GROUP BY trace_low
