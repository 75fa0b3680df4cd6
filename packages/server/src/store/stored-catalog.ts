// What `attribute_catalog` holds of a day, for a block builder that starts or starts again.
import type { StoredSeries, ValueType } from './block/attribute-catalog.ts'
import type { Engine } from './engine.ts'
import { sql } from './sql.ts'

/** Values of a series that already says `many` are left out: no more will be listed. */
export async function storedCatalog(engine: Engine, storedDay: number): Promise<StoredSeries[]> {
  const answer = await engine.query(sql`
    SELECT tenant, service, scope, key, type, max(many) AS is_many,
      if(is_many = 1, [], groupUniqArrayIf(value, many = 0)) AS listed
    FROM attribute_catalog
    WHERE stored_day = toDate(${storedDay})
    GROUP BY tenant, service, scope, key, type`)
  const series: StoredSeries[] = []
  for (let row = 0; row < answer.rows; row++)
    series.push({
      tenant: answer.column('tenant').text(row),
      service: answer.column('service').text(row),
      scope: answer.column('scope').text(row),
      key: answer.column('key').text(row),
      type: answer.column('type').text(row) as ValueType,
      values: answer.column('listed').array(row).map(String),
      many: answer.column('is_many').number(row) === 1,
    })
  return series
}
