// The part of the table of settings (settings.ts) that only one dialect each looks at: limits and ways of answering.
import { setting } from './setting.ts'
import { boolean, bytes, fileOrObject, integer, milliseconds, nonEmptyText, text, texts } from './value-kinds.ts'

export const DIALECT_SETTINGS = {
  zipkinStrictTraceId: setting(
    'zipkin.strict_trace_id',
    boolean,
    true,
    "Whether Zipkin's query API tells trace ids of 64 bits from those of 128 bits that end with the same digits: " +
      'STRICT_TRACE_ID of Zipkin. `false` gives both as one trace.',
  ),
  zipkinAutocompleteKeys: setting(
    'zipkin.autocomplete_keys',
    texts,
    [],
    "Keys of tags that Zipkin's page offers with their values: AUTOCOMPLETE_KEYS of Zipkin.",
  ),
  zipkinUiPath: setting(
    'zipkin.ui_path',
    text,
    '',
    'Folder with a built Zipkin Lens, to be served below `/zipkin/` on the port of Zipkin: the one that has its ' +
      '`index.html`. It is read once, at the start.',
  ),
  zipkinUiBasePath: setting(
    'zipkin.ui_base_path',
    nonEmptyText,
    '/zipkin',
    'Path below which a proxy offers what Clew has below `/zipkin`.',
  ),
  jaegerUiPath: setting(
    'jaeger.ui_path',
    text,
    '',
    "Folder with a built Jaeger UI, to be served on the port of Jaeger's query API: the one that has its `index.html`. " +
      'It is read once, at the start.',
  ),
  jaegerUiBasePath: setting(
    'jaeger.ui_base_path',
    nonEmptyText,
    '/',
    'Path below which a proxy offers that page, for builds of it that do not find out themselves.',
  ),
  jaegerMaxClockSkewMs: setting(
    'jaeger.max_clock_skew',
    milliseconds,
    0,
    "How far Jaeger's query API may move a span whose machine's clock differs from that of its caller: " +
      'max_clock_skew_adjust of Jaeger. `0s` moves none and warns; what is stored stays as it came.',
  ),
  newrelicMaxBodyBytes: setting(
    'newrelic.max_body_bytes',
    bytes,
    1_000_000,
    "Largest request of New Relic's Trace API (`/trace/v1`) as it is sent, compressed or not. Larger ones are refused (413), " +
      'and its clients send them again in parts.',
  ),
  newrelicTimestampWindowMs: setting(
    'newrelic.timestamp_window',
    milliseconds,
    0,
    'How far from now a span of the Trace API may start, either way; one further away is left out and its sender finds ' +
      'an NrIntegrationError. `0s` takes all; New Relic itself has 20 to 60 minutes.',
  ),
  newrelicMaxAttributes: setting(
    'newrelic.max_attributes',
    integer(0, 1_000_000),
    0,
    'Most attributes of a span of the Trace API; further ones are dropped, counted, and said in an NrIntegrationError. 0: ' +
      'no limit of its own.',
  ),
  newrelicMaxKeyChars: setting(
    'newrelic.max_key_chars',
    integer(0, 1_000_000),
    0,
    'Longest key of such an attribute, in characters; one with a longer key is dropped. 0: no limit of its own.',
  ),
  newrelicMaxValueChars: setting(
    'newrelic.max_value_chars',
    integer(0, 100_000_000),
    0,
    'Longest text of such an attribute, in characters; a longer one is cut. 0: no limit of its own.',
  ),
  pipelineAttributes: setting(
    'pipelines.attributes',
    fileOrObject,
    '',
    'Further attributes that say of which pipeline, run and step a span is, as an object or the path of a JSON file: ' +
      '`{"batch_id": ["my.run"], "pipeline_id": […], "pipeline_name": […], "deployment": […], "step_name": […], ' +
      '"state": […]}`. They hold for stored runs too.',
  ),
  pipelineStaleAfterMs: setting(
    'pipelines.stale_after',
    milliseconds,
    3_600_000,
    'A run of a pipeline that waits for a span that has not come is `running` while its newest span is younger than this, ' +
      'then `lost`.',
  ),
  atsErrorsWith200: setting(
    'ats.errors_with_200',
    boolean,
    false,
    "Huawei's ATS API says that nothing was found, or that a parameter is wrong, with the status 200 instead of 400; the " +
      'code in its answer is the same.',
  ),
  atsClusterAttribute: setting(
    'ats.cluster_attribute',
    text,
    '',
    'Attribute of the resource that the header `clusterId` of the ATS API names the value of, for example ' +
      '`k8s.cluster.name`. Without it the header says nothing.',
  ),
  atsNamespaceAttribute: setting(
    'ats.namespace_attribute',
    text,
    '',
    'The same for its header `namespace`, for example `k8s.namespace.name`.',
  ),
} as const
