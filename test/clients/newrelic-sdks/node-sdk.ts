// New Relic's Telemetry SDK for Node as a sender for tests: in a process of its own, since Node reads only when it starts
// whom to trust beside the usual authorities.
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('node/send.cjs', import.meta.url))

/** Arguments of the SDK's `Span`, with the service and the parent where it has them. */
export interface SdkSpan {
  readonly id: string
  readonly traceId: string
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly name?: string
  readonly parentId?: string
  readonly service?: string
  readonly durationMs?: number
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

export interface SdkRequest {
  readonly apiKey: string
  readonly port: number
  /** PEM file of who issued the certificate. */
  readonly authorityPath: string
  readonly common?: Readonly<Record<string, string | number | boolean>>
  readonly spans: readonly SdkSpan[]
}

/** What the SDK's callback was given; `error` only when there was no answer. */
export interface SdkAnswer {
  readonly error: string | null
  readonly status: number | null
  readonly body: string | null
}

/** Rejects with what the program printed when it fails. */
export async function sendByNodeSdk({ authorityPath, ...request }: SdkRequest): Promise<SdkAnswer> {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: authorityPath },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(JSON.stringify({ host: 'localhost', ...request }))
  const [output, complaint] = await Promise.all([text(child.stdout), text(child.stderr)])
  try {
    return JSON.parse(output) as SdkAnswer
  } catch {
    throw new Error(`the SDK's program said no JSON: ${output}${complaint}`)
  }
}
