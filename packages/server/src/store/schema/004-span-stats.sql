-- Counts and durations per minute of start. `buckets` counts durations in fixed exponential buckets: they merge exactly.
CREATE TABLE IF NOT EXISTS span_stats
(
    tenant LowCardinality(String),
    stored_day Date,
    block SimpleAggregateFunction(max, UInt64),
    minute UInt32,
    service LowCardinality(String),
    name LowCardinality(String),
    kind UInt8,
    status UInt8,
    span_count SimpleAggregateFunction(sum, UInt64),
    duration_sum SimpleAggregateFunction(sum, UInt64),
    buckets SimpleAggregateFunction(sumMap, Map(UInt16, UInt64))
)
ENGINE = AggregatingMergeTree
PARTITION BY stored_day
ORDER BY (tenant, service, name, kind, status, minute)
