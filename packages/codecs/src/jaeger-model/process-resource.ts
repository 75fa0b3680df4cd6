// A Jaeger process as an OTLP resource and back. The tags of a process are the attributes of its resource, in their order.
import type { AnyValue, KeyValue, Resource } from '@clew/model'
import type { JaegerProcess } from './jaeger-span.ts'
import { NO_SERVICE_NAME } from './jaeger-span.ts'
import type { TagRows } from './span-scratch.ts'
import { HOST_KEY, SERVICE_NAME_KEY, TAG_KEY } from './tag-keys.ts'
import { attributeTag, tagAttribute } from './tag-values.ts'
import { keyText, tagValue } from './write-tag.ts'

/** Of spans whose sender named no process. */
export const NO_PROCESS: Resource = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }

/** The tags are rows that point into `bytes`. */
export function resourceFromRows(serviceName: string, bytes: Uint8Array, tags: TagRows): Resource {
  return resourceOf(
    serviceName,
    Array.from({ length: tags.count }, (_, row) => ({
      key: keyText(bytes, tags, row),
      value: tagValue(bytes, tags, row),
    })),
  )
}

export function resourceFromProcess(process: JaegerProcess): Resource {
  return resourceOf(process.serviceName, process.tags.map(tagAttribute))
}

export function processFromResource(resource: Resource): JaegerProcess {
  const { attributes } = resource
  const service = attributes.findIndex(({ key, value }) => key === SERVICE_NAME_KEY && value.type === 'string')
  const added = addedHost(attributes.slice(0, -1))
  const last = attributes.at(-1)
  const isHostAdded = added !== undefined && last?.key === HOST_KEY.resource && sameText(last.value, added.value)
  const tags = attributes
    .filter((_, index) => index !== service && !(isHostAdded && index === attributes.length - 1))
    .map(attributeTag)
  if (resource.droppedAttributesCount > 0)
    tags.push({
      key: TAG_KEY.droppedAttributes,
      type: 'int64',
      value: BigInt(resource.droppedAttributesCount),
    })
  const name = attributes[service]?.value
  return { serviceName: name?.type === 'string' ? name.value : NO_SERVICE_NAME, tags }
}

function resourceOf(serviceName: string, tags: readonly KeyValue[]): Resource {
  const dropped = tags.findIndex(({ key, value }) => key === TAG_KEY.droppedAttributes && isCount(value))
  const count = tags[dropped]?.value
  const attributes = tags.filter((_, index) => index !== dropped)
  const host = addedHost(attributes)
  return {
    attributes: [
      ...(serviceName === '' || serviceName === NO_SERVICE_NAME
        ? []
        : [{ key: SERVICE_NAME_KEY, value: { type: 'string', value: serviceName } } as const]),
      ...attributes,
      ...(host === undefined ? [] : [host]),
    ],
    droppedAttributesCount: count?.type === 'int' ? Number(count.value) : 0,
    schemaUrl: '',
  }
}

/** Jaeger's clients say `hostname`; under OpenTelemetry's name it is found beside everybody else's. */
function addedHost(attributes: readonly KeyValue[]): KeyValue | undefined {
  if (attributes.some(({ key }) => key === HOST_KEY.resource)) return undefined
  const host = attributes.find(({ key, value }) => key === HOST_KEY.jaeger && value.type === 'string')
  return host === undefined ? undefined : { key: HOST_KEY.resource, value: host.value }
}

function sameText(a: AnyValue, b: AnyValue): boolean {
  return a.type === 'string' && b.type === 'string' && a.value === b.value
}

function isCount(value: AnyValue): boolean {
  return value.type === 'int' && value.value > 0n && value.value <= 0xffff_ffffn
}
