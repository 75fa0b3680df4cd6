// AnyValue of OTLP (opentelemetry/proto/common/v1/common.proto): every kind of value an attribute or a log body can have.

export type AnyValue =
  | { readonly type: 'empty' }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'array'; readonly values: readonly AnyValue[] }
  | { readonly type: 'kvlist'; readonly values: readonly KeyValue[] }
  | { readonly type: 'bytes'; readonly value: Uint8Array }

export interface KeyValue {
  readonly key: string
  readonly value: AnyValue
}

/** In the order they came; a key may occur twice, then the last one counts for look-ups. */
export type Attributes = readonly KeyValue[]

/** The value under `key`, the last one where a sender repeated the key. */
export function attributeValue(attributes: Attributes, key: string): AnyValue | undefined {
  for (let i = attributes.length - 1; i >= 0; i--) if (attributes[i]!.key === key) return attributes[i]!.value
  return undefined
}

/** The text of a string value under `key`, else undefined. */
export function stringAttribute(attributes: Attributes, key: string): string | undefined {
  const value = attributeValue(attributes, key)
  return value?.type === 'string' ? value.value : undefined
}
