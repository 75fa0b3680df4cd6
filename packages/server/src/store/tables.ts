// The tables of the store in the order a block is inserted: what others refer to comes first, `spans` last, so that
// nothing is found that is not whole yet.
export const TABLES = [
  'resources',
  'span_pieces',
  'traces',
  'trace_summaries',
  'logs',
  'span_stats',
  'attribute_catalog',
  'spans',
] as const

export type TableName = (typeof TABLES)[number]
