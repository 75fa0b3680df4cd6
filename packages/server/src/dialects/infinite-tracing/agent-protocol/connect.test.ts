import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseConnect, renderConnect } from './connect.ts'

const body = (told: unknown) => Buffer.from(JSON.stringify([told]))
const told = {
  pid: 4711,
  host: 'host-1',
  language: 'nodejs',
  app_name: ['shop', 'all shops'],
  agent_version: '13.20.0',
  environment: [['os', 'linux']],
  event_harvest_config: { report_period_ms: 60_000, harvest_limits: { analytic_event_data: 833, error_event_data: 8 } },
}
const hash = (text: string) => createHmac('sha256', 'key').update(text).digest()

describe('connect', () => {
  it('takes the first of the names, and what the agent tells of itself', () => {
    expect(parseConnect(body(told)).run).toEqual({
      application: 'shop',
      host: 'host-1',
      pid: 4711,
      language: 'nodejs',
      agentVersion: '13.20.0',
    })
    expect(parseConnect(body({ app_name: '한국 상점' })).run).toEqual({
      application: '한국 상점',
      host: '',
      pid: 0,
      language: '',
      agentVersion: '',
    })
  })

  it.each([
    [{ ...told, app_name: [] }],
    [{ ...told, app_name: [''] }],
    [{ ...told, app_name: 7 }],
    [{ ...told, app_name: ['x'.repeat(256)] }],
    [{}],
  ])('refuses an application without a name that it can carry', (wrong) => {
    expect(() => parseConnect(body(wrong))).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })

  it.each(['', '{', '[]', '[7]', '"x"', '[[]]'])('refuses %s and says what it expected', (text) => {
    expect(() => parseConnect(Buffer.from(text))).toThrow(/^agent protocol connect: \S+: expected/)
  })

  it('answers with distributed tracing on, every trace wanted, and spans every five seconds', () => {
    const answer = renderConnect(parseConnect(body(told)), { token: 'run.seal', maxPayloadBytes: 1_000 }, hash)
    expect(answer).toMatchObject({
      agent_run_id: 'run.seal',
      account_id: '1',
      trusted_account_key: '1',
      primary_application_id: expect.stringMatching(/^\d+$/),
      collect_span_events: true,
      sampling_target: 1_000_000,
      sampling_target_period_in_seconds: 60,
      event_harvest_config: {
        report_period_ms: 5_000,
        harvest_limits: {
          analytic_event_data: 833,
          custom_event_data: 3000,
          error_event_data: 8,
          span_event_data: 10_000,
        },
      },
      span_event_harvest_config: { report_period_ms: 5_000, harvest_limit: 10_000 },
      max_payload_size_in_bytes: 1_000,
      collect_errors: true,
      collect_traces: true,
      data_report_period: 60,
      request_headers_map: {},
      high_security: false,
    })
  })

  it('says the same of an application each time, so that traces of two runs agree on it', () => {
    const [first, second, other] = [told, told, { app_name: 'other' }].map((each) =>
      renderConnect(parseConnect(body(each)), { token: 't', maxPayloadBytes: 1 }, hash),
    )
    expect(second!.entity_guid).toBe(first!.entity_guid)
    expect(other!.entity_guid).not.toBe(first!.entity_guid)
  })

  it('says high security to an agent that would stop without', () => {
    const connect = parseConnect(body({ ...told, high_security: true }))
    expect(renderConnect(connect, { token: 't', maxPayloadBytes: 1 }, hash).high_security).toBe(true)
  })
})
