-- Who emitted spans and logs, once per stored day and block that uses it: no reference crosses a partition.
-- Attributes are typed by value and their keys are numbers, as in `spans`. Of the instrumentation scope they are `@scope:key`, its name and version
-- `@scope.name` and `@scope.version`; a resource's own key that starts with `@` is written `@resource:…`.
CREATE TABLE IF NOT EXISTS resources
(
    tenant LowCardinality(String),
    stored_day Date,
    block UInt64,
    origin UInt64,
    service LowCardinality(String),
    resource String CODEC(ZSTD(1)),
    resource_schema_url LowCardinality(String),
    scope String CODEC(ZSTD(1)),
    scope_schema_url LowCardinality(String),
    string_keys Array(UInt64),
    string_values Array(String),
    number_keys Array(UInt64),
    number_values Array(Float64),
    bool_keys Array(UInt64),
    bool_values Array(Bool)
)
ENGINE = ReplacingMergeTree(block)
PARTITION BY stored_day
ORDER BY (tenant, origin)
SETTINGS
    old_parts_lifetime = 1,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1,
    min_compressed_bytes_to_fsync_after_merge = 1,
    non_replicated_deduplication_window = 100
