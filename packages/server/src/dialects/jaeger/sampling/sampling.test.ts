import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import protobuf from 'protobufjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { call, openTestDoors, send, type TestDoors } from '../../../doors-contract.ts'
import { SAMPLING_PROTOS } from '../protos.ts'
import { parseStrategies } from './parse-strategies.ts'
import { renderStrategy } from './sampling-routes.ts'
import { strategyOf } from './strategy.ts'
import { openStrategySource } from './strategy-source.ts'

const DOCUMENT = {
  default_strategy: {
    type: 'probabilistic',
    param: 0.5,
    operation_strategies: [
      { operation: '/health', type: 'probabilistic', param: 0 },
      { operation: '/metrics', type: 'probabilistic', param: 0.1 },
    ],
  },
  service_strategies: [
    { service: 'plain', type: 'probabilistic', param: 0.8 },
    { service: 'limited', type: 'ratelimiting', param: 5.9 },
    {
      service: 'own',
      type: 'probabilistic',
      param: 0.2,
      operation_strategies: [
        { operation: '/health', type: 'probabilistic', param: 1 },
        { operation: '/slow', type: 'ratelimiting', param: 1 },
      ],
    },
  ],
}

const ofService = (service: string) =>
  renderStrategy(strategyOf(parseStrategies(JSON.stringify(DOCUMENT), 'test'), service))
const operation = (name: string, samplingRate: number) => ({
  operation: name,
  probabilisticSampling: { samplingRate },
})
const operations = (defaultSamplingProbability: number, ...perOperationStrategies: object[]) => ({
  defaultSamplingProbability,
  defaultLowerBoundTracesPerSecond: 0,
  perOperationStrategies,
  defaultUpperBoundTracesPerSecond: 0,
})

describe('a strategies file of Jaeger', () => {
  it.each([
    [
      'unknown',
      {
        strategyType: 'PROBABILISTIC',
        probabilisticSampling: { samplingRate: 0.5 },
        operationSampling: operations(0.5, operation('/health', 0), operation('/metrics', 0.1)),
      },
    ],
    [
      'plain',
      {
        strategyType: 'PROBABILISTIC',
        probabilisticSampling: { samplingRate: 0.8 },
        operationSampling: operations(0.8, operation('/health', 0), operation('/metrics', 0.1)),
      },
    ],
    [
      'limited',
      {
        strategyType: 'RATE_LIMITING',
        rateLimitingSampling: { maxTracesPerSecond: 5 },
        operationSampling: operations(0.5, operation('/health', 0), operation('/metrics', 0.1)),
      },
    ],
    [
      'own',
      {
        strategyType: 'PROBABILISTIC',
        probabilisticSampling: { samplingRate: 0.2 },
        operationSampling: operations(0.2, operation('/health', 1), operation('/metrics', 0.1)),
      },
    ],
  ])('tells the service %s', (service, strategy) => {
    expect(ofService(service)).toEqual(strategy)
  })

  it('may name a rate limit for an operation, which clients do not know', () => {
    expect(parseStrategies(JSON.stringify(DOCUMENT), 'test').warnings).toEqual([
      'service_strategies[2].operation_strategies[1]: an operation can only be probabilistic; this one is left out',
    ])
  })

  it.each([
    ['{', /^s: expected JSON: /],
    ['[]', /^s: document: expected an object, got \[\]$/],
    [
      '{"default_strategy":{"type":"always","param":1}}',
      /default_strategy\.type: expected probabilistic or ratelimiting, got "always"/,
    ],
    [
      '{"default_strategy":{"type":"probabilistic"}}',
      /default_strategy\.param: expected a number from 0 to 1, got nothing/,
    ],
    ['{"default_strategy":{"type":"probabilistic","param":1.5}}', /expected a number from 0 to 1, got 1\.5/],
    ['{"service_strategies":{}}', /service_strategies: expected a list, got \{\}/],
    [
      '{"service_strategies":[{"type":"probabilistic","param":1}]}',
      /service_strategies\[0\]\.service: expected a text, got nothing/,
    ],
  ])('is refused with the place of what is wrong: %s', (document, message) => {
    expect(() => parseStrategies(document, 's')).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID', message: expect.stringMatching(message) }),
    )
  })
})

describe('the source of strategies', () => {
  let folder: string
  let path: string
  let nowMs = 1_000_000
  let lines: string[]
  const logger = {
    info: (line: unknown) => lines.push(String(line)),
    warn: (line: unknown) => lines.push(String(line)),
  }
  const open = (setting: string) =>
    openStrategySource({ setting, clock: { nowMs: () => nowMs }, logger: logger as never })
  const rateOf = (rate: number) => JSON.stringify({ default_strategy: { type: 'probabilistic', param: rate } })
  const write = async (content: string, changedAtS: number) => {
    await writeFile(path, content)
    await utimes(path, changedAtS, changedAtS)
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clew-sampling-'))
    path = join(folder, 'strategies.json')
    lines = []
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('keeps every trace unless something is set', async () => {
    expect((await (await open('')).current()).default.main).toEqual({ type: 'PROBABILISTIC', samplingRate: 1 })
  })

  it('may be the setting itself', async () => {
    expect((await (await open(rateOf(0.3))).current()).default.main).toMatchObject({ samplingRate: 0.3 })
  })

  it('reads a file again when it changed, a second after the last look at the earliest', async () => {
    await write(rateOf(0.3), 1_000)
    const source = await open(path)
    await write(rateOf(0.4), 2_000)
    nowMs += 999
    expect((await source.current()).default.main).toMatchObject({ samplingRate: 0.3 })
    nowMs += 1
    const answers = await Promise.all([source.current(), source.current()])
    for (const answer of answers) expect(answer.default.main).toMatchObject({ samplingRate: 0.4 })
    expect(lines).toEqual([`jaeger_sampling.strategies: ${path}: read again`])
  })

  it('goes on with what it had while the file is wrong, and says so once', async () => {
    await write(rateOf(0.3), 1_000)
    const source = await open(path)
    await write('{', 2_000)
    for (let i = 0; i < 3; i++) {
      nowMs += 1_000
      expect((await source.current()).default.main).toMatchObject({ samplingRate: 0.3 })
    }
    expect(lines).toEqual([expect.stringMatching(/expected JSON.*; the strategies from before hold$/)])
    await write(rateOf(0.5), 3_000)
    nowMs += 1_000
    expect((await source.current()).default.main).toMatchObject({ samplingRate: 0.5 })
  })

  it('does not start with a file that is not there', async () => {
    await expect(open(join(folder, 'missing.json'))).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      message: expect.stringContaining('expected a file that can be read'),
    })
  })
})

describe('remote sampling of Jaeger', () => {
  let doors: TestDoors
  beforeAll(async () => {
    doors = await openTestDoors({ jaegerSamplingStrategies: JSON.stringify(DOCUMENT) })
  })
  afterAll(async () => {
    await doors.stop(0)
    doors.metrics.stop()
  })

  it.each([
    ['sampling-http', '/sampling'],
    ['sampling-http', '/'],
    ['sampling-http', '/any/other'],
    ['jaeger-http', '/api/sampling'],
  ] as const)('answers on %s%s', async (door, path) => {
    const answer = await send(`${doors.urlOf(door)}${path}?service=own`)
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } })
    expect(JSON.parse(answer.body.toString())).toEqual(ofService('own'))
  })

  it.each(['', '?service=a&service=b'])('wants the service once, not as %j', async (query) => {
    const answer = await send(`${doors.urlOf('sampling-http')}/sampling${query}`)
    expect(answer).toMatchObject({ status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' } })
    expect(answer.body.toString()).toBe("'service' parameter must be provided once\n")
  })

  it('puts no restriction on baggage', async () => {
    const answer = await send(`${doors.urlOf('sampling-http')}/baggageRestrictions?service=own`)
    expect(answer.body.toString()).toBe('[]')
  })

  const { root } = protobuf.parse(SAMPLING_PROTOS['sampling.proto']!, { keepCase: true })
  const Parameters = root.lookupType('jaeger.api_v2.SamplingStrategyParameters')
  const Response = root.lookupType('jaeger.api_v2.SamplingStrategyResponse')

  it.each(['sampling-grpc', 'jaeger-grpc'] as const)('answers over gRPC on %s', async (door) => {
    for (const service of ['unknown', 'limited', 'own']) {
      const body = Parameters.encode({ serviceName: service }).finish()
      const answer = await call(doors.urlOf(door), '/jaeger.api_v2.SamplingManager/GetSamplingStrategy', { body })
      const strategy = Response.toObject(Response.decode(answer.body!), { enums: String, defaults: true })
      expect(JSON.parse(JSON.stringify(strategy))).toMatchObject(ofService(service))
    }
  })
})
