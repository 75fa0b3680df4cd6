// One trace that runs through four programs, each traced by another system's own client and each sending to its own door:
// OpenTelemetry (OTLP), Zipkin (B3), Jaeger and New Relic in, one tree out of the native API.
import { join } from 'node:path'
import { buildTraceTree } from '@clew/analysis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doorUrl, eventually, getJson, search } from './ask-server.ts'
import {
  type Headers,
  jaegerProgram,
  newRelicProgram,
  openTelemetryProgram,
  type Program,
  zipkinProgram,
} from './four-systems.ts'
import { ServerProcess } from './server-process.ts'

let server: ServerProcess
beforeAll(async () => {
  server = await ServerProcess.start({ settings: { 'tls.mode': 'auto' } })
})
afterAll(async () => {
  await server?.remove()
})

const otel = (name: string) => openTelemetryProgram(name, server.otlpUrl('/v1/traces'))
const zipkin = async (name: string) => zipkinProgram(name, `${(await doorUrl(server, 'zipkin')).origin}/api/v2/spans`)
const jaeger = async (name: string) =>
  jaegerProgram(name, `${(await doorUrl(server, 'jaeger-http')).origin}/api/traces`)
const newRelic = async (name: string) =>
  newRelicProgram(name, {
    apiKey: 'any',
    url: await doorUrl(server, 'tls'),
    common: {},
    authorityPath: join(server.dataDir, 'tls', 'authority.pem'),
  })

/** What is used of `TraceColumns`. */
interface Columns {
  readonly spanId: readonly string[]
  readonly parentIndex: readonly number[]
  readonly parentMissing: readonly number[]
  readonly start: readonly number[]
  readonly duration: readonly number[]
  readonly service: readonly number[]
  readonly kind: readonly number[]
  readonly strings: readonly string[]
}

async function treeOf(service: string, spans: number): Promise<{ lines: string[]; columns: Columns }> {
  const { traces } = await eventually(
    () => search(server, { service }),
    (answer) => answer.traces[0]?.spanCount === spans,
  )
  const columns = await getJson<Columns>(server, `/clew/v1/traces/${traces[0]!.traceId}/columns`)
  const tree = buildTraceTree(columns)
  const lines = Array.from(
    tree.order,
    (span) => `${'  '.repeat(tree.depth[span]!)}${columns.strings[columns.service[span]!]}`,
  )
  return { lines, columns }
}

describe('one request through four systems', () => {
  it.each([
    ['OpenTelemetry', 'a', async () => [otel('otel-a'), await zipkin('zipkin-a')]],
    ['Zipkin, with ids of 64 bits', 'b', async () => [await zipkin('zipkin-b'), otel('otel-b')]],
  ] as const)('is one tree without an orphan, begun by %s', async (_system, name, begin) => {
    const programs: Program[] = [...(await begin()), await jaeger(`jaeger-${name}`), await newRelic(`newrelic-${name}`)]
    let headers: Headers = {}
    for (const program of programs) headers = program.handle(headers)
    // The last to begin is the first to end.
    for (const program of programs.toReversed()) await program.stop()
    const { lines, columns } = await treeOf(`newrelic-${name}`, 7)
    expect(columns.parentMissing).toEqual([])
    const [first, second] = name === 'a' ? ['otel-a', 'zipkin-a'] : ['zipkin-b', 'otel-b']
    expect(lines).toEqual([
      `${first}`,
      `  ${first}`,
      `    ${second}`,
      `      ${second}`,
      `        jaeger-${name}`,
      `          jaeger-${name}`,
      `            newrelic-${name}`,
    ])
  })
})
