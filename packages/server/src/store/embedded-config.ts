// The configuration file of the embedded engine, written into the data folder at every start: chDB would otherwise take
// whatever `config.xml` lies in the working directory. Sized for one process that stays below 900 MB at its peak.
import { writeFile } from 'node:fs/promises'

const MIB = 1024 * 1024

export interface EmbeddedLimits {
  /** All memory the engine may take for queries, inserts and merges; beyond it a query fails, not the process. */
  readonly memoryBytes: number
}

export const DEFAULT_EMBEDDED_LIMITS: EmbeddedLimits = { memoryBytes: 640 * MIB }

export async function writeEmbeddedConfig(path: string, limits: EmbeddedLimits): Promise<void> {
  await writeFile(path, configXml(limits))
}

function configXml(limits: EmbeddedLimits): string {
  const settings: Record<string, number | string> = {
    max_server_memory_usage: limits.memoryBytes,
    // Caps, not preallocations: marks and primary keys of about a hundred million spans.
    mark_cache_size: 64 * MIB,
    index_mark_cache_size: 16 * MIB,
    primary_index_cache_size: 64 * MIB,
    uncompressed_cache_size: 0,
    index_uncompressed_cache_size: 0,
    query_condition_cache_size: 8 * MIB,
    mmap_cache_size: 16,
    compiled_expression_cache_size: 4 * MIB,
    text_index_tokens_cache_size: MIB,
    text_index_header_cache_size: MIB,
    text_index_postings_cache_size: MIB,
    // One merge at a time: two would take the second core from those who send and ask.
    background_pool_size: 1,
    background_merges_mutations_concurrency_ratio: 2,
    background_schedule_pool_size: 2,
    background_common_pool_size: 1,
    background_move_pool_size: 1,
    background_fetches_pool_size: 1,
    // Tables that rest look less and less often for what to do, down to once in ten minutes: so long the parts that merges
    // replaced would stay on disk.
    background_processing_pool_task_sleep_seconds_when_no_work_min: 1,
    background_processing_pool_task_sleep_seconds_when_no_work_max: 5,
    max_thread_pool_size: 64,
    max_thread_pool_free_size: 8,
    max_io_thread_pool_size: 8,
    max_active_parts_loading_thread_pool_size: 2,
    async_load_databases: 'false',
  }
  const lines = Object.entries(settings).map(([name, value]) => `  <${name}>${value}</${name}>`)
  return `<clickhouse>
  <logger><level>none</level></logger>
${lines.join('\n')}
</clickhouse>
`
}
