-- The search copy: narrow, ordered for newest-first questions about a service. `bucket` counts five minutes from 1970, ids
-- are the numbers that their hex says, `root` is 1 without a parent. Attributes are typed by value; an array is an item for
-- each of its scalars, and what has no scalar (bytes, maps, nothing) is an item with an empty string. A key is the first 64
-- bits (little-endian) of the SHA-256 of its text: numbers are merged at half of what strings cost. Texts of keys:
--   key              a span's own attribute (one that starts with `@` is written `@span:…`)
--   @event:key       an attribute of an event      @link:key   an attribute of a link
--   @event.name      name of an event              @status.message   message of the status
--   @link.trace_id, @link.span_id   hex ids of a link
-- Attributes of resource and scope are in `resources`, under `origin`. String values beyond 1 KiB are cut here
-- (equality is then a superset), integers beyond 2^53 are the nearest double; the bytes in `traces` are whole.
CREATE TABLE IF NOT EXISTS spans
(
    tenant LowCardinality(String),
    stored_day Date,
    block UInt64 CODEC(LZ4),
    bucket UInt32 CODEC(ZSTD(1)),
    service LowCardinality(String),
    name LowCardinality(String),
    start UInt64 CODEC(Delta(8), ZSTD(1)),
    duration UInt64 CODEC(T64, ZSTD(1)),
    trace_low UInt64 CODEC(LZ4),
    span_id UInt64 CODEC(LZ4),
    kind UInt8 CODEC(LZ4),
    status UInt8 CODEC(LZ4),
    root UInt8 CODEC(LZ4),
    marks UInt8 CODEC(LZ4),
    origin UInt64 CODEC(LZ4),
    string_keys Array(UInt64) CODEC(LZ4),
    string_values Array(String) CODEC(ZSTD(1)),
    number_keys Array(UInt64) CODEC(LZ4),
    number_values Array(Float64) CODEC(LZ4),
    bool_keys Array(UInt64) CODEC(LZ4),
    bool_values Array(Bool) CODEC(LZ4),
    INDEX string_value string_values TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX start_range start TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY stored_day
ORDER BY (tenant, bucket, service, name, start)
SETTINGS
    old_parts_lifetime = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1,
    non_replicated_deduplication_window = 100
