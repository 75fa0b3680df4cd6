// Who emitted the items of a block: a row an origin, with typed attributes of resource and scope.
import { asBytes, constantUint16, constantUint64, type NativeFileColumn, stringData } from '../native-writer.ts'
import type { AttributeCatalog } from './attribute-catalog.ts'
import { AttributeColumns } from './attribute-columns.ts'
import { AttributeKeys } from './attribute-keys.ts'
import { ByteInterner } from './byte-interner.ts'
import { FieldCursor } from './field-cursor.ts'
import type { BlockOrigin, OriginTable } from './origin-table.ts'
import * as tags from './otlp-tags.ts'
import { internText } from './span-rows.ts'
import { type BlockOf, lowCardinalityColumn } from './spans-table.ts'

export function resourceColumns(origins: OriginTable, of: BlockOf, catalog: AttributeCatalog): NativeFileColumn[] {
  const { entries } = origins
  const keys = new AttributeKeys('resource')
  const attributes = new AttributeColumns(keys)
  attributes.clear(catalog)
  for (const entry of entries) {
    attributes.setOwner(entry.tenant, entry.origin.service)
    attributes.startRow()
    addResource(attributes, keys, entry)
    attributes.endRow()
  }
  const text = (name: string, read: (entry: BlockOrigin) => string): NativeFileColumn => {
    const dictionary = new ByteInterner()
    const ids = Uint32Array.from(entries, (entry) => internText(dictionary, read(entry)))
    return lowCardinalityColumn(name, dictionary, ids)
  }
  const bytes = (name: string, read: (entry: BlockOrigin) => Uint8Array): NativeFileColumn => ({
    name,
    type: 'String',
    chunks: [stringData(entries.map(read))],
  })
  return [
    text('tenant', (entry) => entry.tenant),
    { name: 'stored_day', type: 'Date', chunks: [constantUint16(of.storedDay, entries.length)] },
    { name: 'block', type: 'UInt64', chunks: [constantUint64(of.block, entries.length)] },
    { name: 'origin', type: 'UInt64', chunks: [asBytes(origins.hashWords())] },
    text('service', (entry) => entry.origin.service),
    bytes('resource', (entry) => entry.origin.resource),
    text('resource_schema_url', (entry) => entry.origin.resourceSchemaUrl),
    bytes('scope', (entry) => entry.origin.scope),
    text('scope_schema_url', (entry) => entry.origin.scopeSchemaUrl),
    ...attributes.columns(),
  ]
}

function addResource(attributes: AttributeColumns, keys: AttributeKeys, { origin }: BlockOrigin): void {
  const cursor = new FieldCursor()
  cursor.open(origin.resource, 0, origin.resource.length)
  while (cursor.next())
    if (cursor.tag === tags.RESOURCE_ATTRIBUTES) attributes.addKeyValue(origin.resource, cursor.start, cursor.end, '')
  cursor.open(origin.scope, 0, origin.scope.length)
  while (cursor.next()) {
    if (cursor.tag === tags.SCOPE_ATTRIBUTES) attributes.addKeyValue(origin.scope, cursor.start, cursor.end, '@scope:')
    else if (cursor.tag === tags.SCOPE_NAME)
      attributes.addString(keys.named('@scope.name'), origin.scope, cursor.start, cursor.end)
    else if (cursor.tag === tags.SCOPE_VERSION)
      attributes.addString(keys.named('@scope.version'), origin.scope, cursor.start, cursor.end)
  }
}
