-- Who emitted spans and logs, once per stored day and block that uses it: no reference crosses a partition.
-- Attributes are typed by value; keys of the instrumentation scope start with `@scope:`.
CREATE TABLE IF NOT EXISTS resources
(
    tenant LowCardinality(String),
    stored_day Date,
    block UInt64,
    origin UInt64,
    service LowCardinality(String),
    resource String,
    resource_schema_url LowCardinality(String),
    scope String,
    scope_schema_url LowCardinality(String),
    string_keys Array(LowCardinality(String)),
    string_values Array(String),
    number_keys Array(LowCardinality(String)),
    number_values Array(Float64),
    bool_keys Array(LowCardinality(String)),
    bool_values Array(Bool)
)
ENGINE = ReplacingMergeTree(block)
PARTITION BY stored_day
ORDER BY (tenant, origin)
