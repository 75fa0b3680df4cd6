import { describe, expect, it } from 'vitest'
import { type Attributes, attributeValue, stringAttribute } from './attribute-value.ts'

const attributes: Attributes = [
  { key: 'a', value: { type: 'string', value: 'first' } },
  { key: 'n', value: { type: 'int', value: 1n } },
  { key: 'a', value: { type: 'string', value: 'second' } },
]

describe('an attribute', () => {
  it('has its last value where a sender repeated the key', () => {
    expect(attributeValue(attributes, 'a')).toEqual({ type: 'string', value: 'second' })
    expect(stringAttribute(attributes, 'a')).toBe('second')
  })

  it('has no text when it is missing or of another type', () => {
    expect(attributeValue(attributes, 'missing')).toBeUndefined()
    expect(stringAttribute(attributes, 'missing')).toBeUndefined()
    expect(stringAttribute(attributes, 'n')).toBeUndefined()
  })
})
