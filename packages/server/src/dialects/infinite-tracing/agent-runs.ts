// Runs of agents: what an agent told of its application when it connected. The agent shows the token of its run with
// everything it sends, and its spans name no application: so the token itself carries what was told, under a seal that
// only this data folder makes. It is thus known after any restart, with nothing kept or looked up for it.
//
//   WyJzaG9wIiwiaG9zdC0xIi…  .  3q2-7wAAAAAAAAAAAAAAAA      letters, digits, - and _: agents put it into addresses as it is
//   ^what was told, as JSON     ^first 16 bytes of the seal over it and the tenant
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Attributes, Resource, TextHash } from '@clew/model'

/** What an agent tells of itself; '' where it tells nothing. */
export interface AgentRun {
  readonly application: string
  readonly host: string
  /** Of its process. */
  readonly pid: number
  /** `nodejs`, `python`, `java`, `go`, `dotnet`, `ruby`, `php` or another. */
  readonly language: string
  readonly agentVersion: string
}

const SEAL_BYTES = 16
const INSTANCE_BYTES = 8

export class AgentRuns {
  readonly #hash: TextHash

  /** `hash` is keyed by the data folder. */
  constructor(hash: TextHash) {
    this.#hash = hash
  }

  /** A token for a new run of a tenant. */
  issue(tenant: string, run: AgentRun): string {
    const told = [run.application, run.host, run.pid, run.language, run.agentVersion]
    const instance = randomBytes(INSTANCE_BYTES).toString('hex')
    const payload = Buffer.from(JSON.stringify([instance, ...told])).toString('base64url')
    return `${payload}.${this.#seal(tenant, payload).toString('base64url')}`
  }

  /** The resource of the spans of a run; undefined for a token that was not issued here to this tenant. */
  find(tenant: string, token: string): Resource | undefined {
    const [payload = '', seal = '', ...more] = token.split('.')
    const shown = Buffer.from(seal, 'base64url')
    if (more.length > 0 || shown.length !== SEAL_BYTES || !timingSafeEqual(shown, this.#seal(tenant, payload)))
      return undefined
    return describeRun(JSON.parse(Buffer.from(payload, 'base64url').toString()) as SealedRun)
  }

  #seal(tenant: string, payload: string): Buffer {
    return Buffer.from(this.#hash(`agent-run:${tenant}\n${payload}`).subarray(0, SEAL_BYTES))
  }
}

/** The resource of spans whose run is not known: they are kept without a service, and can be found by the token. */
export function describeUnknownRun(token: string): Resource {
  return resourceOf({ 'newrelic.agent_run_token': token })
}

type SealedRun = readonly [instance: string, application: string, host: string, pid: number, string, string]

function describeRun([instance, application, host, pid, language, agentVersion]: SealedRun): Resource {
  return resourceOf({
    'service.name': application,
    'service.instance.id': instance,
    'host.name': host,
    'process.pid': pid,
    'telemetry.sdk.name': 'newrelic',
    'telemetry.sdk.language': language,
    'telemetry.sdk.version': agentVersion,
  })
}

/** What is '' or 0 is not known and left out. */
function resourceOf(values: Readonly<Record<string, string | number>>): Resource {
  const attributes: Attributes = Object.entries(values)
    .filter(([, value]) => value !== '' && value !== 0)
    .map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? { type: 'string', value } : { type: 'int', value: BigInt(value) },
    }))
  return { attributes, droppedAttributesCount: 0, schemaUrl: '' }
}
