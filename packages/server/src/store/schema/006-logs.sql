-- Log records, by service and time, with a way in by trace id.
CREATE TABLE IF NOT EXISTS logs
(
    tenant LowCardinality(String),
    stored_day Date,
    block UInt64,
    bucket UInt32,
    service LowCardinality(String),
    time UInt64 CODEC(Delta(8), ZSTD(1)),
    severity UInt8,
    trace_low UInt64,
    trace_high UInt64,
    span_id UInt64,
    origin UInt64,
    marks UInt8,
    otlp String CODEC(ZSTD(1)),
    INDEX by_trace trace_low TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY stored_day
ORDER BY (tenant, bucket, service, time)
