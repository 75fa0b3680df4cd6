-- What repeats in the OTLP bytes of spans, each piece once under a number that `traces.pieces` refers to. Numbers count from
-- 1 in each tenant and dictionary; a dictionary is of one stored day and one run of the block builder, and only grows.
CREATE TABLE IF NOT EXISTS span_pieces
(
    tenant LowCardinality(String),
    stored_day Date,
    block UInt64,
    dictionary UInt64,
    number UInt32,
    piece String CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY stored_day
ORDER BY (tenant, dictionary, number)
SETTINGS
    old_parts_lifetime = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1,
    non_replicated_deduplication_window = 100
