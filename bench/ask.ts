// Questions over HTTP to the native API, timed from the call to the last byte of the answer.
import { Agent, request } from 'node:http'
import type { ServerProcess } from '../test/e2e/server-process.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 32 })

export interface Answer {
  readonly status: number
  readonly body: Buffer
  readonly ms: number
}

export function ask(server: ServerProcess, path: string): Promise<Answer> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const call = request({ agent, host: '127.0.0.1', port: server.ports.http, path, headers: { host: 'localhost' } })
    call.on('error', reject)
    call.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks),
          ms: performance.now() - started,
        }),
      )
    })
    call.end()
  })
}

/** The parsed answer; throws when the server refuses, with what it said. */
export async function askJson<T>(server: ServerProcess, path: string): Promise<{ answer: T; ms: number }> {
  const { status, body, ms } = await ask(server, path)
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${body.toString().slice(0, 500)}`)
  return { answer: JSON.parse(body.toString()) as T, ms }
}

export interface SearchAnswer {
  readonly traces: readonly {
    readonly traceId: string
    readonly rootService: string | null
    readonly rootName: string | null
    readonly durationNano: string
    readonly spanCount: number
    readonly errorCount: number
    readonly matchedSpans: number
  }[]
}

/** Path of a search; a list gives a parameter several times. */
export function searchPath(parameters: Readonly<Record<string, string | readonly string[]>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters))
    for (const each of typeof value === 'string' ? [value] : value) query.append(name, each)
  return `/clew/v1/search?${query}`
}
