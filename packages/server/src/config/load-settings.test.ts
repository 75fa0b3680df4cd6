import { describe, expect, it } from 'vitest'
import { loadSettings, type SettingSources } from './load-settings.ts'
import { defaultSettings, environmentName, flagName, SETTINGS, type Setting } from './settings.ts'
import { renderSampleConfig, renderSettingsReference } from './settings-reference.ts'

const HASH = 'a'.repeat(64)
const entries = Object.values(SETTINGS) as unknown as readonly Setting<unknown>[]

describe('loadSettings', () => {
  it('starts on defaults alone, without a file', () => {
    expect(load({})).toEqual({ settings: defaultSettings(), configPath: undefined, warnings: [] })
  })

  it('lets the file win over defaults, the environment over the file, a flag over both', () => {
    const file = 'http:\n  port: 1\notlp_http:\n  port: 1\notlp_grpc:\n  port: 1\n'
    const environment = { CLEW_OTLP_HTTP_PORT: '2', CLEW_OTLP_GRPC_PORT: '2' }
    const { settings } = load({ file, environment, flags: { otlpGrpcPort: '3' } })
    expect(settings).toMatchObject({ httpPort: 1, otlpHttpPort: 2, otlpGrpcPort: 3 })
  })

  it('takes in place what a file may hold, and its path as well', () => {
    const strategies = (file: string) => load({ file }).settings.jaegerSamplingStrategies
    expect(strategies('jaeger_sampling:\n  strategies: ./s.json\n')).toBe('./s.json')
    expect(
      strategies('jaeger_sampling:\n  strategies:\n    default_strategy: { type: probabilistic, param: 1 }\n'),
    ).toBe('{"default_strategy":{"type":"probabilistic","param":1}}')
  })

  it('understands sizes, times, days, lists and keys in the file and in the environment alike', () => {
    const file = `
max_body_bytes: 1.5 MiB
stop_timeout: 500ms
retention: forever
cors_origins: [https://shop.example]
insecure: true
keys:
  - { name: ci, sha256: ${HASH}, tenant: shop, access: write }
`
    const environment = {
      CLEW_MAX_BODY_BYTES: '1.5MiB',
      CLEW_STOP_TIMEOUT: '500ms',
      CLEW_RETENTION: 'forever',
      CLEW_CORS_ORIGINS: 'https://shop.example',
      CLEW_INSECURE: '1',
      CLEW_KEYS: `[{"name":"ci","sha256":"${HASH}","tenant":"shop","access":"write"}]`,
    }
    const expected = {
      maxBodyBytes: 1_572_864,
      stopTimeoutMs: 500,
      retention: Number.POSITIVE_INFINITY,
      corsOrigins: ['https://shop.example'],
      insecure: true,
      keys: [{ name: 'ci', sha256: HASH, tenant: 'shop', access: 'write' }],
    }
    expect(load({ file }).settings).toMatchObject(expected)
    expect(load({ environment }).settings).toMatchObject(expected)
  })

  it('takes `tls: auto` for the mode, and names as a list or a text', () => {
    expect(load({ file: 'tls: auto' }).settings.tlsMode).toBe('auto')
    const file = 'tls:\n  mode: auto\n  names: [clew_1.example, 10.0.0.7, "fe80::1"]'
    const { settings } = load({ file })
    expect(settings).toMatchObject({ tlsMode: 'auto', tlsNames: ['clew_1.example', '10.0.0.7', 'fe80::1'] })
    expect(load({ environment: { CLEW_TLS_NAMES: 'a, b.example' } }).settings.tlsNames).toEqual(['a', 'b.example'])
  })

  it.each([
    [
      { file: 'http:\n  prot: 1' },
      'clew.yaml: http.prot: expected a known setting, got one that is not; did you mean http.port?',
    ],
    [{ file: 'http: 2539' }, 'clew.yaml: http: expected a known setting'],
    [
      { file: 'http.port: 99999' },
      'clew.yaml: http.port: expected a port, or 0 for any free one, from 0 to 65535, got 99999',
    ],
    [{ file: '- a\n- b' }, 'clew.yaml: expected settings as "key: value" lines, got ["a","b"]'],
    [{ file: 'a: [' }, 'clew.yaml: is no YAML'],
    [
      { environment: { CLEW_HTTP_PORT: 'tcp://10.0.0.1:80' } },
      'CLEW_HTTP_PORT: expected a port, or 0 for any free one, from 0 to 65535, got "tcp://10.0.0.1:80"',
    ],
    [{ flags: { retention: '30' } }, '--retention: expected a number of days such as 30d, or forever, got "30"'],
    [{ environment: { CLEW_BYTE_BUDGET: '1MB' } }, 'byte_budget: expected at least max_body_bytes'],
    [{ flags: { tlsCert: '/a' } }, 'tls.cert and tls.key: expected both or neither, got only tls.cert'],
    [{ flags: { tlsCert: '/a', tlsKey: '/b', tlsMode: 'auto' } }, 'tls.mode: expected files because tls.cert is given'],
    [{ file: 'tls: on' }, 'clew.yaml: tls.mode: expected one of files, auto, got "on"'],
    [{ file: 'http: auto' }, 'clew.yaml: http: expected a known setting'],
    [{ flags: { tlsNames: 'a.example,b/c' } }, '--tls-names: expected a list of host names and IP addresses'],
    [{ environment: { CLEW_STORE_ENGINE: 'cluster' } }, 'store.url: expected an address'],
    [
      { environment: { CLEW_CORS_ORIGINS: 'https://shop.example/path' } },
      'CLEW_CORS_ORIGINS: expected a list of origins',
    ],
    [
      { environment: { CLEW_LOG_LEVEL: 'loud' } },
      'CLEW_LOG_LEVEL: expected one of trace, debug, info, warn, error, silent, got "loud"',
    ],
  ] as const)('says what is wrong with %o', (sources, message) => {
    expect(() => load(sources)).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID', message: expect.stringContaining(message) }),
    )
  })

  it.each([
    [`[{"name":"ci","sha256":"short"}]`],
    [`[{"name":"ci","sha256":"${HASH}","acess":"read"}]`],
    [`[{"name":"ci","sha256":"${HASH}","tenant":"a/b"}]`],
    ['a secret: value'],
  ])('never repeats a wrong key in its words: %s', (keys) => {
    expect(() => load({ environment: { CLEW_KEYS: keys } })).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^CLEW_KEYS: expected a list .* got something else \(not shown/),
      }),
    )
  })

  it('needs the file that was named', () => {
    expect(() => load({ configPath: 'other.yaml' })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('other.yaml: cannot be read') }),
    )
    expect(() => load({ environment: { CLEW_CONFIG: 'other.yaml' } })).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID' }),
    )
  })

  it('warns of a variable that may be a slip and goes on, since an orchestrator may set its own', () => {
    const { warnings } = load({ environment: { CLEW_HTTPPORT: '1', CLEW_SERVICE_HOST: '10.0.0.1' } })
    expect(warnings).toEqual([
      'CLEW_HTTPPORT: no such setting, ignored; did you mean CLEW_HTTP_PORT?',
      'CLEW_SERVICE_HOST: no such setting, ignored',
    ])
  })
})

describe('the table of settings', () => {
  it('gives a sample file that is the defaults', () => {
    expect(load({ file: renderSampleConfig() }).settings).toEqual(defaultSettings())
  })

  it('is all in the reference, with the names in every source', () => {
    for (const { path } of entries)
      expect(renderSettingsReference()).toContain(
        `| \`${path}\` | \`${environmentName(path)}\` | \`${flagName(path)}\` |`,
      )
  })
})

interface Given extends Partial<Omit<SettingSources, 'readFile'>> {
  readonly file?: string
}

function load({ file, ...sources }: Given) {
  return loadSettings({
    environment: {},
    flags: {},
    ...sources,
    readFile: (path) => {
      if (file !== undefined && path === 'clew.yaml') return file
      throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' })
    },
  })
}
