-- Which attribute keys, types and values exist, for completion: at most 1,000 values per key, type, service and day, then
-- one row with `many` set and an empty value. So too for what has no value to list: long strings, bytes, arrays, maps.
-- `scope` is span, resource, scope, event or link; `type` that of AnyValue; `value` the value as text.
CREATE TABLE IF NOT EXISTS attribute_catalog
(
    tenant LowCardinality(String),
    stored_day Date,
    block SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
    scope LowCardinality(String),
    key String CODEC(ZSTD(1)),
    type LowCardinality(String),
    service LowCardinality(String),
    value String CODEC(ZSTD(1)),
    many UInt8
)
ENGINE = AggregatingMergeTree
PARTITION BY stored_day
ORDER BY (tenant, scope, key, type, service, many, value)
SETTINGS
    old_parts_lifetime = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1,
    non_replicated_deduplication_window = 100
