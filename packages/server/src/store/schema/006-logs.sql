-- Log records, by service and time, with a way in by trace id. `time` is a record's own time, else that of observation,
-- else that of acceptance; `bucket` counts five minutes from 1970. Ids are 0 where a record belongs to no trace or span.
CREATE TABLE IF NOT EXISTS logs
(
    tenant LowCardinality(String),
    stored_day Date,
    block UInt64 CODEC(ZSTD(1)),
    bucket UInt32 CODEC(ZSTD(1)),
    service LowCardinality(String),
    time UInt64 CODEC(Delta(8), ZSTD(1)),
    severity UInt8 CODEC(ZSTD(1)),
    trace_low UInt64 CODEC(ZSTD(1)),
    trace_high UInt64 CODEC(ZSTD(1)),
    span_id UInt64 CODEC(ZSTD(1)),
    origin UInt64 CODEC(ZSTD(1)),
    marks UInt8 CODEC(ZSTD(1)),
    otlp String CODEC(ZSTD(1)),
    INDEX by_trace trace_low TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY stored_day
ORDER BY (tenant, bucket, service, time)
SETTINGS
    old_parts_lifetime = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1,
    non_replicated_deduplication_window = 100
