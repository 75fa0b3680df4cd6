SELECT stored_day, trace_low, trace_high, start, elapsed, origin, marks, dictionary, pieces, values
FROM traces
WHERE tenant = 'default' AND trace_low IN (99)
