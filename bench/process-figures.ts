// What Linux says of a running process: CPU time and resident memory. Both come from /proc, so nothing is asked of the
// process itself.
import { readFile } from 'node:fs/promises'

/** Ticks of /proc/<pid>/stat a second; 100 on every Linux that Node runs on (USER_HZ). */
const TICKS_PER_SECOND = 100

/** User and system time of a process with all its threads, in seconds. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The name in brackets may hold anything; fields are counted after it. utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

export interface Memory {
  readonly residentMib: number
  readonly peakMib: number
}

export async function memory(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const mib = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
  return { residentMib: mib('VmRSS'), peakMib: mib('VmHWM') }
}

/** Resolves with the CPU time when the process has used less than 5 % of a core for `quietSeconds` on end. */
export async function untilQuiet(pid: number, quietSeconds = 4): Promise<number> {
  let before = await cpuSeconds(pid)
  let settled = before
  for (let quiet = 0; quiet < quietSeconds; ) {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const now = await cpuSeconds(pid)
    quiet = now - before < 0.05 ? quiet + 1 : 0
    if (quiet === 0) settled = now
    before = now
  }
  return settled
}
