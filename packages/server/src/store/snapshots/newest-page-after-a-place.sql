SELECT
    trace_low,
    max(start) AS newest,
    1 AS certain
FROM spans
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND ((has(string_values, 'o\x27neill') AND arrayExists((k, v) -> k = 7888036983381291252 AND v = 'o\x27neill', string_keys, string_values))
    OR (NOT (has(string_keys, 7888036983381291252) OR has(number_keys, 7888036983381291252) OR has(bool_keys, 7888036983381291252))
    AND origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND (has(string_values, 'o\x27neill') AND arrayExists((k, v) -> k = 7888036983381291252 AND v = 'o\x27neill', string_keys, string_values)))))
GROUP BY trace_low
HAVING (newest < 1759276830000000000 OR (newest = 1759276830000000000 AND trace_low > 99))
ORDER BY newest DESC, trace_low
LIMIT 21
