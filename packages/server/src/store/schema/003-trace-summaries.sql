-- One row a trace and block until merges fold them: what a line of a search result says of the whole trace.
-- `root` is the earliest span without a parent: (0, start, service, name), or (1, …) where the block has none.
CREATE TABLE IF NOT EXISTS trace_summaries
(
    tenant LowCardinality(String),
    stored_day Date,
    block SimpleAggregateFunction(max, UInt64),
    trace_low UInt64,
    trace_high UInt64,
    first_start SimpleAggregateFunction(min, UInt64),
    last_end SimpleAggregateFunction(max, UInt64),
    span_count SimpleAggregateFunction(sum, UInt64),
    error_count SimpleAggregateFunction(sum, UInt64),
    root SimpleAggregateFunction(min, Tuple(UInt8, UInt64, String, String))
)
ENGINE = AggregatingMergeTree
PARTITION BY stored_day
ORDER BY (tenant, trace_low, trace_high)
SETTINGS index_granularity = 1024
