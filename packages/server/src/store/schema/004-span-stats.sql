-- Counts and durations per minute of start (`minute` counts from 1970). `buckets` counts durations in fixed
-- exponential buckets (store/block/duration-bucket.ts): they merge exactly.
CREATE TABLE IF NOT EXISTS span_stats
(
    tenant LowCardinality(String),
    stored_day Date,
    block SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
    minute UInt32 CODEC(Delta(4), ZSTD(1)),
    service LowCardinality(String),
    name LowCardinality(String),
    kind UInt8 CODEC(ZSTD(1)),
    status UInt8 CODEC(ZSTD(1)),
    span_count SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    duration_sum SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1)),
    buckets SimpleAggregateFunction(sumMap, Map(UInt16, UInt64)) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY stored_day
ORDER BY (tenant, service, name, kind, status, minute)
SETTINGS
    old_parts_lifetime = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1,
    non_replicated_deduplication_window = 100
