import { createHmac } from 'node:crypto'
import { type Resource, stringAttribute } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AgentRun, AgentRuns, describeUnknownRun } from './agent-runs.ts'

const keyed = (key: string) => (text: string) => createHmac('sha256', key).update(text).digest()
const runs = new AgentRuns(keyed('folder'))
const shop: AgentRun = { application: 'shop', host: 'host-1', pid: 42, language: 'nodejs', agentVersion: '13.20.0' }

const valuesOf = (resource: Resource | undefined) =>
  Object.fromEntries(resource!.attributes.map(({ key, value }) => [key, 'value' in value ? value.value : undefined]))

describe('the token of a run', () => {
  it('names the application and what else the agent told, in any process that has the key of the folder', () => {
    const found = new AgentRuns(keyed('folder')).find('acme', runs.issue('acme', shop))
    expect(valuesOf(found)).toEqual({
      'service.name': 'shop',
      'service.instance.id': expect.stringMatching(/^[0-9a-f]{16}$/),
      'host.name': 'host-1',
      'process.pid': 42n,
      'telemetry.sdk.name': 'newrelic',
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.version': '13.20.0',
    })
  })

  it('is another one for each run of an application', () => {
    expect(runs.issue('acme', shop)).not.toBe(runs.issue('acme', shop))
  })

  it('can stand in an address as it is, whatever the application is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }), (application) => {
        const token = runs.issue('acme', { ...shop, application })
        expect(token).toMatch(/^[\w.-]+$/)
        expect(stringAttribute(runs.find('acme', token)!.attributes, 'service.name')).toBe(application)
      }),
    )
  })

  it('is of no use to another tenant, in another folder, or changed', () => {
    const token = runs.issue('acme', shop)
    expect(runs.find('other', token)).toBeUndefined()
    expect(new AgentRuns(keyed('another folder')).find('acme', token)).toBeUndefined()
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'z', '0', '.', ''), (at, letter) => {
        fc.pre(token[at] !== letter)
        // The last letter of base64 has bits that say nothing.
        fc.pre(at !== token.length - 1)
        expect(runs.find('acme', token.slice(0, at) + letter + token.slice(at + 1))).toBeUndefined()
      }),
    )
  })

  it('of any other text is not known', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (token) => runs.find('acme', token) === undefined))
  })

  it('leaves out what was not told', () => {
    const run = { application: 'shop', host: '', pid: 0, language: '', agentVersion: '' }
    expect(Object.keys(valuesOf(runs.find('acme', runs.issue('acme', run))))).toEqual([
      'service.name',
      'service.instance.id',
      'telemetry.sdk.name',
    ])
  })
})

describe('spans of a run that is not known', () => {
  it('have no service, and the token by which they can be found', () => {
    expect(valuesOf(describeUnknownRun('from-elsewhere'))).toEqual({ 'newrelic.agent_run_token': 'from-elsewhere' })
    expect(valuesOf(describeUnknownRun(''))).toEqual({})
  })
})
