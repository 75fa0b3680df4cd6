SELECT trace_low, start, span_id, duration, kind, status, name, service
FROM spans
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND (((hasAny(string_values, ['a', 'b']) AND arrayExists((k, v) -> k = 4960580281310611078 AND v IN ('a', 'b'), string_keys, string_values))
    OR (hasAny(number_values, [toFloat64(7), toFloat64(8)]) AND arrayExists((k, v) -> k = 4960580281310611078 AND v IN (toFloat64(7), toFloat64(8)), number_keys, number_values)))
    AND (has(string_values, 'c') AND arrayExists((k, v) -> k = 7888036983381291252 AND v = 'c', string_keys, string_values)))
ORDER BY start DESC
LIMIT 21
