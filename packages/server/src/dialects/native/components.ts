// Turns the schema table into OpenAPI components: a schema used inside another becomes a reference by name,
// so that the document and the generated types say `TraceSummary` once.
import { COMPONENTS } from './schemas.ts'

export type JsonSchema = { readonly [key: string]: unknown }
export type ComponentName = keyof typeof COMPONENTS

const NAMES = new Map<unknown, string>(Object.entries(COMPONENTS).map(([name, schema]) => [schema, name]))

/** A reference to a component, for route schemas. */
export function componentRef(name: ComponentName): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}

/** Every component as plain JSON schema, other components by reference. */
export function openApiComponents(): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(COMPONENTS).map(([name, schema]) => [name, withReferences(schema, schema) as JsonSchema]),
  )
}

function withReferences(node: unknown, top: unknown): unknown {
  if (node !== top) {
    const name = NAMES.get(node)
    if (name !== undefined) return { $ref: `#/components/schemas/${name}` }
  }
  if (Array.isArray(node)) return node.map((item) => withReferences(item, top))
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withReferences(value, top)]))
}
