-- The search copy: narrow, ordered for newest-first questions about a service. Attributes are typed by value:
--   key              a span's own attribute (one that starts with `@` is written `@span:…`)
--   @event:key       an attribute of an event      @link:key   an attribute of a link
--   @event.name      name of an event              @status.message   message of the status
--   @link.trace_id, @link.span_id   hex ids of a link
-- Attributes of resource and scope are in `resources`, under `origin`. String values beyond 1 KiB are cut here
-- (equality is then a superset); the bytes in `traces` are whole.
CREATE TABLE IF NOT EXISTS spans
(
    tenant LowCardinality(String),
    stored_day Date,
    block UInt64,
    bucket UInt32,
    service LowCardinality(String),
    name LowCardinality(String),
    start UInt64 CODEC(Delta(8), ZSTD(1)),
    duration UInt64 CODEC(T64, ZSTD(1)),
    trace_low UInt64 CODEC(NONE),
    span_id UInt64 CODEC(NONE),
    kind UInt8,
    status UInt8,
    root UInt8,
    marks UInt8,
    origin UInt64,
    string_keys Array(LowCardinality(String)),
    string_values Array(String),
    number_keys Array(LowCardinality(String)),
    number_values Array(Float64),
    bool_keys Array(LowCardinality(String)),
    bool_values Array(Bool),
    INDEX string_value string_values TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX start_range start TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY stored_day
ORDER BY (tenant, bucket, service, name, start)
