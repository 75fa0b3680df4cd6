SELECT
    trace_low,
    trace_high,
    block AS last_block,
    blocks AS block_count,
    first_start AS trace_start,
    last_end AS trace_end,
    root AS trace_root,
    services AS trace_services
FROM trace_summaries
PREWHERE trace_low IN (1, 2)
WHERE tenant = 'default'
