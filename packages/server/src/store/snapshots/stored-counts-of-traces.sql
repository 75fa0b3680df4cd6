SELECT trace_low, trace_high, count() AS stored, uniqExact(start, if(start + elapsed > start, elapsed, 0)) AS distinct_times
FROM traces
WHERE tenant = 'default' AND trace_low IN (1, 2) AND block <= 7
GROUP BY trace_low, trace_high
