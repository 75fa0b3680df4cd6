// The one table of settings. From it come the YAML file's keys, the environment variables, the flags, the validation,
// docs/reference/settings.md and docs/reference/clew.sample.yaml. A setting not in this table does not exist; what only
// one dialect looks at stands in dialect-settings.ts.
import { DIALECT_SETTINGS } from './dialect-settings.ts'
import { type Setting, setting } from './setting.ts'
import {
  accessKeys,
  boolean,
  bytes,
  days,
  fileOrObject,
  fraction,
  hexKey,
  hostNames,
  httpUrl,
  integer,
  milliseconds,
  nonEmptyText,
  oneOf,
  origins,
  port,
  text,
} from './value-kinds.ts'

export type { Setting } from './setting.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30

export const SETTINGS = {
  dataDir: setting(
    'data_dir',
    nonEmptyText,
    './clew-data',
    'Folder that holds everything Clew keeps. One process at a time.',
  ),
  httpHost: setting(
    'http.host',
    nonEmptyText,
    'localhost',
    'Address the doors listen on, for every port. `localhost` is 127.0.0.1 and ::1 and needs no key; any other needs `keys`.',
  ),
  httpPort: setting('http.port', port, 2539, 'Port of the page, the native API, metrics and health. Required.'),
  otlpHttpPort: setting('otlp_http.port', port, 4318, 'Port of OTLP over HTTP. Required.'),
  otlpGrpcPort: setting('otlp_grpc.port', port, 4317, 'Port of OTLP over gRPC. Required.'),
  zipkinPort: setting('zipkin.port', port, 9411, 'Port of Zipkin: HTTP/1.1, HTTP/2 in plain text and gRPC on one.'),
  zipkinSampleRate: setting(
    'zipkin.sample_rate',
    fraction,
    1,
    "Share of traces kept of those that come in Zipkin's formats, by trace id, from 0 to 1: COLLECTOR_SAMPLE_RATE of " +
      'Zipkin. Debug spans are always kept.',
  ),
  jaegerHttpPort: setting('jaeger_http.port', port, 14_268, 'Port of Jaeger thrift over HTTP (`POST /api/traces`).'),
  jaegerGrpcPort: setting('jaeger_grpc.port', port, 14_250, 'Port of Jaeger over gRPC (`CollectorService/PostSpans`).'),
  jaegerCompactPort: setting(
    'jaeger_compact.port',
    port,
    6_831,
    'UDP port of Jaeger thrift, where its agent takes the compact protocol. Closed where `keys` are needed, since ' +
      'datagrams cannot show one.',
  ),
  jaegerBinaryPort: setting(
    'jaeger_binary.port',
    port,
    6_832,
    'UDP port of Jaeger thrift, where its agent takes the binary protocol. Closed where `keys` are needed.',
  ),
  jaegerQueryPort: setting(
    'jaeger_query.port',
    port,
    16_686,
    "Port of Jaeger's query API over HTTP, versions 1 and 3: what its page and Grafana's Jaeger data source ask.",
  ),
  jaegerQueryGrpcPort: setting(
    'jaeger_query_grpc.port',
    port,
    16_685,
    'The same over gRPC (`jaeger.api_v3.QueryService` and `jaeger.api_v2.QueryService`).',
  ),
  samplingHttpPort: setting(
    'sampling_http.port',
    port,
    5_778,
    'Port on which clients of Jaeger poll over HTTP which traces to record (`/sampling?service=…`). Needs no key.',
  ),
  samplingGrpcPort: setting(
    'sampling_grpc.port',
    port,
    5_779,
    'The same over gRPC (`SamplingManager/GetSamplingStrategy`). Needs no key.',
  ),
  jaegerSamplingStrategies: setting(
    'jaeger_sampling.strategies',
    fileOrObject,
    '',
    'What clients are told there: the path of a strategies file as Jaeger has it, which is read again when it changes, ' +
      'or its content. Without it every trace is to be recorded.',
  ),
  tlsPort: setting(
    'tls.port',
    port,
    8443,
    'Port of HTTP/1.1, HTTP/2 and gRPC over TLS, for clients that insist on it. Closed until there is a certificate: ' +
      'give `tls.cert` and `tls.key`, or say `tls: auto`.',
  ),
  tlsMode: setting(
    'tls.mode',
    oneOf('files', 'auto'),
    'files',
    '`files` takes the certificate of `tls.cert` and `tls.key`; `auto` makes one in the data folder (`tls/`), renews it ' +
      'and prints what to set in each client so that it is trusted. `tls: auto` in the file says the same.',
  ),
  tlsCert: setting(
    'tls.cert',
    text,
    '',
    'PEM file with the certificate of the server, then those between it and the one that clients trust. Read again ' +
      'every hour, so that a renewed one needs no restart.',
  ),
  tlsKey: setting('tls.key', text, '', 'PEM file with the private key of `tls.cert`, without a pass phrase.'),
  tlsNames: setting(
    'tls.names',
    hostNames,
    [],
    'Names and addresses that a certificate of `auto` is for, besides localhost, 127.0.0.1, ::1, `http.host` and the ' +
      'name of this machine: what clients call Clew from elsewhere.',
  ),
  ...DIALECT_SETTINGS,
  idKey: setting(
    'id_key',
    hexKey,
    '',
    'Key under which ids that senders write as text become trace and span ids: 64 hex digits, the same on every node that ' +
      'shares a cluster. Without it one is made in the data folder (`text-key`).',
    { secret: true },
  ),
  keys: setting(
    'keys',
    accessKeys,
    [],
    'Who may send and ask, as a list of `{name, sha256, tenant, access}`. `clew key` prints a new key and its entry. ' +
      '`access` is `read`, `write` or `both`; data of one tenant is never shown to another.',
    { secret: true },
  ),
  firstKey: setting(
    'first_key',
    boolean,
    false,
    'When `keys` is empty and the doors are not on loopback: make one key on first start, keep it in the data folder ' +
      '(`first-key`) and print it. The container image sets this.',
  ),
  insecure: setting(
    'insecure',
    boolean,
    false,
    'Listen beyond loopback without any key: everyone who reaches the port reads and writes. The page says so.',
  ),
  corsOrigins: setting(
    'cors_origins',
    origins,
    [],
    'Web pages that may send to `/v1/traces` and `/v1/logs`, besides those on localhost. `*` allows every page.',
  ),
  queryCorsOrigins: setting(
    'query_cors_origins',
    origins,
    [],
    'Web pages that may ask the query APIs of Zipkin (9411, spans may be sent there too) and Jaeger (16686), besides ' +
      'those on localhost. `*` allows every page.',
  ),
  maxBodyBytes: setting(
    'max_body_bytes',
    bytes,
    64 * MIB,
    'Largest request, counted after decompression. Larger ones are refused for good (413, RESOURCE_EXHAUSTED).',
  ),
  byteBudget: setting(
    'byte_budget',
    bytes,
    256 * MIB,
    'Memory for requests that are not yet in the store: bodies being read and inflated, and what waits for the disk. ' +
      'Without room a request is refused with a time to try again.',
  ),
  maxValueBytes: setting(
    'max_value_bytes',
    bytes,
    4 * MIB,
    'Longest attribute value. Longer ones are cut, counted as dropped, and the answer says so.',
  ),
  retention: setting(
    'retention',
    days,
    30,
    'How long data is kept, counted in UTC days from the day Clew accepted it; `forever` keeps all.',
  ),
  diskReserveBytes: setting(
    'disk_reserve_bytes',
    bytes,
    GIB,
    'Free disk below which new requests are refused (503), so that what was accepted can always be stored.',
  ),
  maxQueriesPerTenant: setting(
    'max_queries_per_tenant',
    integer(1, 256),
    8,
    'Questions of one tenant that run at the same time; the others wait their turn. All tenants together run twice as many.',
  ),
  searchTimeMs: setting(
    'search_time',
    milliseconds,
    8_000,
    'How long a search goes on before it answers with what it has found, and says how far back it has looked.',
  ),
  stopTimeoutMs: setting(
    'stop_timeout',
    milliseconds,
    20_000,
    'Longest time a clean stop waits for running requests and for the store to take what is in the journal. ' +
      'What is left then stays in the journal and is stored at the next start.',
  ),
  logLevel: setting(
    'log_level',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    'info',
    'Least severe lines of the log.',
  ),
  logFormat: setting(
    'log_format',
    oneOf('auto', 'json', 'text'),
    'auto',
    'Lines of the log: `json`, `text` for people, or `auto`: text on a terminal, JSON elsewhere.',
  ),
  storeEngine: setting(
    'store.engine',
    oneOf('embedded', 'cluster'),
    'embedded',
    '`embedded` keeps data in the data folder; `cluster` sends it to a ClickHouse cluster at `store.url`.',
  ),
  storeUrl: setting('store.url', httpUrl, '', 'Address of the ClickHouse cluster, for example http://clickhouse:8123.'),
  storeDatabase: setting('store.database', nonEmptyText, 'clew', 'Database on the ClickHouse cluster.'),
  storeUser: setting('store.user', text, 'default', 'User on the ClickHouse cluster.'),
  storePassword: setting('store.password', text, '', 'Password on the ClickHouse cluster.', { secret: true }),
} as const

export type SettingName = keyof typeof SETTINGS

/** Every setting with its value. Paths are as written, sizes in bytes, times in milliseconds, retention in days. */
export type Settings = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name] extends Setting<infer T> ? T : never
}

/** `http.port` → `CLEW_HTTP_PORT`. */
export function environmentName(path: string): string {
  return `CLEW_${path.toUpperCase().replaceAll('.', '_')}`
}

/** `http.port` → `--http-port`. */
export function flagName(path: string): string {
  return `--${path.replaceAll(/[._]/g, '-')}`
}

export function defaultSettings(): Settings {
  const entries = Object.entries(SETTINGS).map(([name, entry]) => [name, entry.default])
  return Object.fromEntries(entries) as Settings
}
