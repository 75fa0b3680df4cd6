SELECT time, cityHash64(otlp) AS record, origin, otlp
FROM logs
WHERE tenant = 'default'
    AND service = 'clew'
    AND origin IN (SELECT origin FROM resources WHERE tenant = 'default' AND arrayExists((k, v) -> k = 2071997258874401382 AND v = 'clew.integration_errors', string_keys, string_values))
    AND bucket >= 5864256
    AND time >= 1759276800000000000
    AND bucket <= 5864256
    AND time < 1759276860000000000
    AND block <= 7
    AND position(otlp, 'o\x27neill') > 0
    AND bucket <= 5864256
    AND (time < 1759276830000000000 OR time = 1759276830000000000 AND record < 99)
ORDER BY time DESC, record DESC
LIMIT 101
