import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, expect, it } from 'vitest'
import { goneSignal } from './gone.ts'

let app: FastifyInstance
afterEach(() => app.close())

/** An app whose one route hands its signal out and answers when it is told to. */
async function open() {
  app = Fastify()
  const asked: AbortSignal[] = []
  let answer = () => {}
  app.get('/', async (_request, reply) => {
    asked.push(goneSignal(reply))
    await new Promise<void>((resolve) => {
      answer = resolve
    })
    return 'answered'
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return { asked, port, answer: () => answer() }
}

it('tells when the client has gone', async () => {
  const { asked, port, answer } = await open()
  const sent = request({ port, host: '127.0.0.1' }).on('error', () => {})
  sent.end()
  await expect.poll(() => asked).toHaveLength(1)
  expect(asked[0]!.aborted).toBe(false)
  sent.destroy()
  await expect.poll(() => asked[0]!.aborted).toBe(true)
  answer()
})

it('says nothing when the answer went out', async () => {
  const { asked, port, answer } = await open()
  const answered = fetch(`http://127.0.0.1:${port}/`).then((response) => response.text())
  await expect.poll(() => asked).toHaveLength(1)
  answer()
  expect(await answered).toBe('answered')
  await app.close()
  expect(asked[0]!.aborted).toBe(false)
})
