// OTLP and Zipkin in, Huawei's ATS out: the request of its document run with curl, on the call of its example sent as Zipkin
// has it, and on calls like it from OTLP.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { doorUrl, eventually, sendJson } from './ask-server.ts'
import { jsonSpan, newTraceId, text, tracesBody } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

/** https://support.huaweicloud.com/intl/en-us/api-apm/apm_04_0016.html: request and answer. */
const DOCUMENTED_REQUEST = '/v1/0/ats/spans?traceId=0000000027046b00'
const DOCUMENTED_SPAN =
  '{"traceId":"0000000027046b00","id":"b42460f5cf86cab4","name":"aos-apiserver:aos-apiserver-1005774711-ll63p:/api/v1/namespaces/manage/pods","timestamp":1506260836597000,"duration":67000,"annotations":[{"timestamp":1506260836597000,"value":"cs","endpoint":{"serviceName":"aos-apiserver","ipv4":"10.186.60.43","port":6443}},{"timestamp":1506260836664000,"value":"cr","endpoint":{"serviceName":"aos-apiserver","ipv4":"10.186.60.43","port":6443}}],"binaryAnnotations":[{"key":"append","value":"GET"},{"key":"async","value":"0"},{"key":"goid","value":"58"},{"key":"result","value":"0"},{"key":"resultCode","value":"200"},{"key":"seqno","value":"1506260836597048618"},{"key":"type","value":"1"}]}'

interface Envelope<T> {
  readonly errorCode: string
  readonly errorMessage: string | null
  readonly responseInfo: T
}

let server: ServerProcess
beforeAll(async () => {
  server = await ServerProcess.start()
})
afterAll(async () => {
  await server?.remove()
})

async function curl(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)('curl', ['-sS', '-H', 'clusterId: default', server.url(path)])
  return stdout
}

async function ask<T>(path: string): Promise<T> {
  const { errorCode, responseInfo } = JSON.parse(await curl(path)) as Envelope<T>
  if (!errorCode.endsWith('.2000')) throw new Error(errorCode)
  return responseInfo
}

it('gives the documented answer to the documented request, to the letter', async () => {
  const zipkin = await doorUrl(server, 'zipkin')
  const sent = await fetch(new URL('/api/v1/spans', zipkin), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `[${DOCUMENTED_SPAN}]`,
  })
  expect(sent.status).toBe(202)
  await eventually(() => ask(DOCUMENTED_REQUEST))
  expect(await curl(DOCUMENTED_REQUEST)).toBe(
    `{"errorCode":"SVCSTG.ATS.2000","errorMessage":null,"responseInfo":[${JSON.stringify(DOCUMENTED_SPAN)}]}`,
  )
})

it('leads from the groups over services and transactions to a trace of OTLP', async () => {
  const traceId = newTraceId()
  const start = BigInt(Date.now() - 30_000) * 1_000_000n
  const span = jsonSpan({
    traceId,
    name: 'GET_/rest/healthz/*',
    kind: 2,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 67_000_000n),
  })
  const body = tracesBody('DataMgmt', [span])
  const [spans] = body.resourceSpans as { resource: { attributes: object[] } }[]
  spans!.resource.attributes.push(text('service.namespace', 'apm'), text('host.name', 'node-1'))
  await sendJson(server, body)
  const startMs = Number(start / 1_000_000n)
  // A block comes into one table after the other, that of the search last: what is found there is everywhere.
  const { traceChains } = await eventually(
    () =>
      ask<{ traceChains: { traceId: string }[] }>(
        `/v1/0/ats/traces?startTime=${startMs}&endTime=${startMs + 1000}&application=datamgmt&monitorGroup=apm&limit=1`,
      ),
    (answer) => answer.traceChains.length === 1,
  )
  expect(await ask<string[]>('/v1/0/atps/monitorgroups')).toContain('apm')
  expect(await ask('/v1/0/ats/applications?monitorGroup=apm')).toEqual(['DataMgmt'])
  const service = '/v1/0/ats/applications/datamgmt'
  expect(await ask(`${service}/instances?monitorGroup=apm`)).toEqual(['node-1'])
  expect(await ask(`${service}/transactions?monitorGroup=apm`)).toEqual(['GET_/rest/healthz/*'])
  expect(traceChains).toMatchObject([{ traceId, duration: 67_000, application: 'DataMgmt', instance: 'node-1' }])
  const [told] = await ask<string[]>(`/v1/0/ats/spans?traceId=${traceId}`)
  expect(JSON.parse(told!)).toMatchObject({
    ...{ traceId, id: span.spanId, name: 'DataMgmt:node-1:GET_/rest/healthz/*', duration: 67_000 },
    annotations: [{ value: 'sr' }, { value: 'ss' }],
  })
})
