SELECT trace_low, start, span_id, duration, kind, status, name, service, (positionCaseInsensitive(service, 'timeout') > 0
    OR positionCaseInsensitive(name, 'timeout') > 0
    OR arrayExists(v -> positionCaseInsensitive(v, 'timeout') > 0, string_values)
    OR origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND arrayExists(v -> positionCaseInsensitive(v, 'timeout') > 0, string_values))) AS certain
FROM spans
WHERE tenant = 'default' AND bucket >= 5864256 AND start >= 1759276800000000000 AND bucket <= 5864256 AND start < 1759276860000000000 AND block <= 7
    AND (positionCaseInsensitive(service, 'timeout') > 0
    OR positionCaseInsensitive(name, 'timeout') > 0
    OR arrayExists(v -> (positionCaseInsensitive(v, 'timeout') > 0 OR length(v) >= 1021), string_values)
    OR origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND arrayExists(v -> (positionCaseInsensitive(v, 'timeout') > 0 OR length(v) >= 1021), string_values)))
ORDER BY start DESC
LIMIT 1050
