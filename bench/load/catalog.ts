// The world of the load: 12 services, each with 8 resource attributes and 8 operations, the stack traces of its errors and
// the names of its events.

export interface Operation {
  readonly name: string
  /** OTLP enum: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number
  readonly method: string
  readonly route: string
  readonly userAgent: string
}

export interface Service {
  readonly name: string
  readonly resource: readonly (readonly [string, string])[]
  readonly address: string
  readonly operations: readonly Operation[]
}

const NAMES = [
  'frontend',
  'cart',
  'checkout',
  'payment',
  'shipping',
  'email',
  'currency',
  'catalog',
  'recommendation',
  'inventory',
  'fraud-detection',
  'accounting',
]

const VERBS = ['get', 'list', 'create', 'update', 'delete', 'search', 'publish', 'process']
const METHODS = ['GET', 'GET', 'POST', 'PUT', 'DELETE', 'GET', 'POST', 'POST']
const KINDS = [2, 2, 2, 3, 3, 1, 4, 5]
const USER_AGENTS = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/605.1.15 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0',
  'okhttp/5.1.0 (Android 15; Pixel 9) shop-app/8.14.2',
]
const LANGUAGES = ['nodejs', 'go', 'python', 'java']

export const SERVICES: readonly Service[] = NAMES.map((name, index) => ({
  name,
  resource: [
    ['service.name', name],
    ['service.version', `2.${index}.${(index * 7) % 10}`],
    ['service.namespace', 'shop'],
    ['service.instance.id', `${name}-7d9c6b5f4-x${index}k2p`],
    ['deployment.environment.name', 'production'],
    ['host.name', `node-${index % 4}.eu-central-1.compute.internal`],
    ['cloud.region', 'eu-central-1'],
    ['telemetry.sdk.language', LANGUAGES[index % LANGUAGES.length]!],
  ],
  address: `${name}.shop.svc.cluster.local`,
  operations: VERBS.map((verb, position) => ({
    name: `${METHODS[position]} /api/${name}/${verb}`,
    kind: KINDS[position]!,
    method: METHODS[position]!,
    route: `/api/${name}/${verb}/{id}`,
    userAgent: USER_AGENTS[(index + position) % USER_AGENTS.length]!,
  })),
}))

export interface Failure {
  readonly type: string
  readonly message: string
  readonly stack: string
}

const FAILURES: readonly (readonly [string, string])[] = [
  ['TimeoutError', 'upstream did not answer within 2000 ms'],
  ['ConnectionRefusedError', 'connect ECONNREFUSED 10.12.4.7:5432'],
  ['ValidationError', 'field "quantity" must be a positive integer, got -3'],
  ['java.lang.NullPointerException', 'Cannot invoke "Order.getId()" because "order" is null'],
  ['DeadlockDetected', 'deadlock detected while updating relation "stock"'],
  ['RateLimitExceeded', 'too many requests from this account, try again in 12 s'],
]

/** Stack traces of about a kilobyte; the line numbers differ, the files do not, as in a real program. */
export const FAILURE_KINDS: readonly Failure[] = FAILURES.flatMap(([type, message], kind) =>
  [0, 1, 2, 3].map((variant) => ({
    type,
    message,
    stack: [
      `${type}: ${message}`,
      ...Array.from(
        { length: 10 },
        (_, frame) =>
          `    at ${VERBS[(frame + kind) % VERBS.length]}Order (/srv/app/dist/modules/${NAMES[(frame * 5 + kind) % NAMES.length]}/service-${frame}.js:${100 + frame * 37 + variant * 11}:${7 + ((frame * 13 + kind) % 60)})`,
      ),
    ].join('\n'),
  })),
)

export const EVENT_NAMES = ['cache.miss', 'retry', 'message.sent', 'lock.acquired'] as const
