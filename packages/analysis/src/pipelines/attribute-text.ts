// What a list of keys finds in attributes, as text.
import { type AnyValue, type Attributes, attributeValue } from '@clew/model'
import type { PipelineKey } from './pipeline-keys.ts'

/** Of the first key that is there with a text or a whole number; an empty text is none. */
export function textOf(attributes: Attributes, keys: readonly PipelineKey[]): string | undefined {
  for (const { key, when } of keys) {
    const text = plainText(attributeValue(attributes, key))
    if (text === undefined || text === '') continue
    if (when === undefined || holds(attributes, when)) return text
  }
  return undefined
}

function holds(attributes: Attributes, { key, value }: NonNullable<PipelineKey['when']>): boolean {
  const text = plainText(attributeValue(attributes, key))
  return text !== undefined && (value === undefined || text === value)
}

function plainText(value: AnyValue | undefined): string | undefined {
  if (value?.type === 'string') return value.value
  return value?.type === 'int' ? String(value.value) : undefined
}
