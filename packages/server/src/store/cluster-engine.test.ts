// The cluster engine against a thin ClickHouse HTTP interface over chDB, where no server is at hand: statements in the body
// or the `query` parameter, Native bodies for inserts, settings as parameters, errors as a server words them.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { drainPending, Session } from 'chdb'
import { ClusterEngine } from './cluster-engine.ts'
import { describeEngine } from './engine-contract.ts'

describeEngine('cluster', async (folder) => {
  const facade = await startFacade(folder)
  const engine = new ClusterEngine({ url: facade.url })
  const stop = async (): Promise<void> => {
    await engine.stop()
    await facade.stop()
  }
  return { engine, stop }
})

interface Facade {
  readonly url: string
  stop(): Promise<void>
}

/** Parameters of the interface itself; all others are settings. */
const NOT_SETTINGS = new Set(['query', 'query_id', 'database', 'wait_end_of_query', 'session_id', 'role'])

async function startFacade(folder: string): Promise<Facade> {
  await mkdir(folder, { recursive: true })
  const database = join(folder, 'db')
  const configPath = join(folder, 'engine.xml')
  await writeFile(configPath, '<clickhouse><logger><level>none</level></logger></clickhouse>')
  const open = (): Session => new Session(database, { connectionArgs: [`--config-file=${configPath}`] })
  // One Session stays open, or the engine would close between requests.
  const first = open()
  let bodies = 0

  const kill = async (path: string): Promise<void> => {
    if (first.open) await first.queryAsync(`KILL QUERY WHERE startsWith(query, concat('/* body ', '${path} */'))`)
  }

  const run = async (request: IncomingMessage, response: ServerResponse): Promise<Uint8Array> => {
    const parameters = new URL(request.url ?? '/', 'http://facade').searchParams
    const body = await buffer(request)
    const inParameters = parameters.get('query')
    const session = open()
    const path = join(folder, `body-${bodies++}`)
    try {
      const settings = [...parameters].filter(([name]) => !NOT_SETTINGS.has(name))
      // `readonly` comes last, since nothing can be set after it.
      settings.sort(([a], [b]) => Number(a === 'readonly') - Number(b === 'readonly'))
      for (const [name, value] of settings)
        await session.queryAsync(`SET ${name} = '${value.replaceAll(/['\\]/g, '\\$&')}'`)
      if (inParameters !== null && body.length > 0) {
        await writeFile(path, body)
        const insert = inParameters.replace(/ FORMAT Native$/, ` FROM INFILE '${path}' FORMAT Native`)
        return (await session.queryAsync(insert, { format: 'Null' })).bytes()
      }
      const question = `/* body ${path} */ ${inParameters ?? body.toString()}`
      if (parameters.get('cancel_http_readonly_queries_on_client_close') === '1')
        response.once('close', () => kill(path))
      return (await session.queryAsync(question, { format: 'Native' })).bytes()
    } finally {
      session.close()
      await rm(path, { force: true })
    }
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const bytes = await run(request, response)
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes)
    } catch (error) {
      response
        .writeHead(500, { 'content-type': 'text/plain' })
        .end(error instanceof Error ? error.message : String(error))
    }
  }

  const server: Server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      first.close()
      await drainPending()
    },
  }
}
