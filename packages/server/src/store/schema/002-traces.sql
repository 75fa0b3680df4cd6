-- The look-up copy: the OTLP bytes of each span, ordered by the low half of the trace id, so that a trace is one prefix read
-- and the 64-bit ids of Zipkin, Jaeger and ATS find it as well.
CREATE TABLE IF NOT EXISTS traces
(
    tenant LowCardinality(String),
    stored_day Date,
    block UInt64,
    trace_low UInt64,
    trace_high UInt64,
    span_id UInt64 CODEC(NONE),
    origin UInt64,
    marks UInt8,
    otlp String CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY stored_day
ORDER BY (tenant, trace_low, trace_high)
SETTINGS index_granularity = 1024
