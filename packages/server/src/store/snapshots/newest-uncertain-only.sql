SELECT
    trace_low,
    max(start) AS newest,
    max((start, ((has(string_keys, 6469854897048421514) AND arrayExists((k, v) -> k = 6469854897048421514 AND (match(v, '(?-s)\x5cA(?:/c.*)\x5cz') AND length(v) < 1021), string_keys, string_values))
    OR (NOT (has(string_keys, 6469854897048421514) OR has(number_keys, 6469854897048421514) OR has(bool_keys, 6469854897048421514))
    AND origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND (has(string_keys, 6469854897048421514) AND arrayExists((k, v) -> k = 6469854897048421514 AND (match(v, '(?-s)\x5cA(?:/c.*)\x5cz') AND length(v) < 1021), string_keys, string_values))))))).2 AS certain
FROM spans
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND ((has(string_keys, 6469854897048421514) AND arrayExists((k, v) -> k = 6469854897048421514 AND (match(v, '(?-s)\x5cA(?:/c.*)\x5cz') OR length(v) >= 1021), string_keys, string_values))
    OR (NOT (has(string_keys, 6469854897048421514) OR has(number_keys, 6469854897048421514) OR has(bool_keys, 6469854897048421514))
    AND origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND (has(string_keys, 6469854897048421514) AND arrayExists((k, v) -> k = 6469854897048421514 AND (match(v, '(?-s)\x5cA(?:/c.*)\x5cz') OR length(v) >= 1021), string_keys, string_values)))))
GROUP BY trace_low
HAVING certain = 0
ORDER BY newest DESC, trace_low
LIMIT 21
