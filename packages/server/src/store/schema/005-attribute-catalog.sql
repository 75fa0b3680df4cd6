-- Which attribute keys, types and values exist, for completion: at most 1,000 values per key, service and day,
-- then one row with `many` set and an empty value.
CREATE TABLE IF NOT EXISTS attribute_catalog
(
    tenant LowCardinality(String),
    stored_day Date,
    block SimpleAggregateFunction(max, UInt64),
    scope LowCardinality(String),
    key String,
    type LowCardinality(String),
    service LowCardinality(String),
    value String,
    many UInt8
)
ENGINE = AggregatingMergeTree
PARTITION BY stored_day
ORDER BY (tenant, scope, key, type, service, many, value)
