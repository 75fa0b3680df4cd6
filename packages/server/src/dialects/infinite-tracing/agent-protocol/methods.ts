// The calls of the agent protocol, version 17, by name. Clew keeps spans; what else an agent harvests is answered and let
// go, so that the agent is content.

/**
 * - `preconnect`, `connect`: how a run begins.
 * - `spans`: kept.
 * - `ignored`: answered with null.
 * - `commands`: answered with a list of commands for the agent, which is empty.
 */
export type AgentMethod = 'preconnect' | 'connect' | 'spans' | 'ignored' | 'commands'

export const AGENT_METHODS: Readonly<Record<string, AgentMethod>> = {
  preconnect: 'preconnect',
  connect: 'connect',
  span_event_data: 'spans',
  get_agent_commands: 'commands',
  agent_command_results: 'ignored',
  agent_settings: 'ignored',
  analytic_event_data: 'ignored',
  custom_event_data: 'ignored',
  error_data: 'ignored',
  error_event_data: 'ignored',
  log_event_data: 'ignored',
  metric_data: 'ignored',
  ml_event_data: 'ignored',
  pprof_data: 'ignored',
  profile_data: 'ignored',
  shutdown: 'ignored',
  sql_trace_data: 'ignored',
  transaction_sample_data: 'ignored',
  update_loaded_modules: 'ignored',
}
