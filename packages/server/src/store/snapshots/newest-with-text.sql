SELECT
    trace_low,
    max(start) AS newest,
    max((start, (positionCaseInsensitive(service, 'timeout') > 0
    OR positionCaseInsensitive(name, 'timeout') > 0
    OR arrayExists(v -> positionCaseInsensitive(v, 'timeout') > 0, string_values)
    OR origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND arrayExists(v -> positionCaseInsensitive(v, 'timeout') > 0, string_values))))).2 AS certain
FROM spans
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND (positionCaseInsensitive(service, 'timeout') > 0
    OR positionCaseInsensitive(name, 'timeout') > 0
    OR arrayExists(v -> (positionCaseInsensitive(v, 'timeout') > 0 OR length(v) >= 1021), string_values)
    OR origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND arrayExists(v -> (positionCaseInsensitive(v, 'timeout') > 0 OR length(v) >= 1021), string_values)))
GROUP BY trace_low
ORDER BY newest DESC, trace_low
LIMIT 21
