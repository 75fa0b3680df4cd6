// One process a data folder: a file that names the process which holds it. A process that is gone, or whose number now
// belongs to another, holds nothing, so a kill leaves no lock behind.
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClewError } from '@clew/model'

interface Holder {
  readonly pid: number
  /** Changes with every start of the machine; '' where the system tells none. */
  readonly bootId: string
  /** Clock ticks from the start of the machine to that of the process; '' where the system tells none. */
  readonly startTicks: string
}

const LOCK_FILE = 'process.lock'
let tries = 0

/** Makes the folder if it is missing and takes it; the function given back lets go. Throws DATA_FOLDER_LOCKED. */
export async function lockDataFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, LOCK_FILE)
  const self = await describeProcess(process.pid)
  for (;;) {
    if (await createLock(path, self)) {
      await sweepUp(folder)
      return () => rm(path, { force: true })
    }
    const holder = await readHolder(path)
    if (holder !== undefined && (await isRunning(holder)))
      throw new ClewError(
        'DATA_FOLDER_LOCKED',
        `${folder}: process ${holder.pid} uses this data folder; stop it, or give this one its own with CLEW_DATA_DIR`,
      )
    await rm(path, { force: true })
  }
}

/** Written aside and then linked, so that nobody ever reads a lock that does not say yet whose it is. */
async function createLock(path: string, self: Holder): Promise<boolean> {
  const written = `${path}.${self.pid}-${tries++}`
  try {
    await writeFile(written, JSON.stringify(self))
    await link(written, path)
    return true
  } catch (error) {
    // ENOENT: who took the lock has swept up what lay beside it.
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw new ClewError(
      'SETTING_INVALID',
      `data_dir: expected a folder that can be written: ${(error as Error).message}`,
      {
        cause: error,
      },
    )
  } finally {
    await rm(written, { force: true })
  }
}

/** Removes what processes left that were killed while they asked. */
async function sweepUp(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(`${LOCK_FILE}.`))
  for (const name of left) await rm(join(folder, name), { force: true })
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

async function isRunning(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    // EPERM: it runs, as another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = await describeProcess(holder.pid)
  return now.bootId === holder.bootId && now.startTicks === holder.startTicks
}

async function describeProcess(pid: number): Promise<Holder> {
  const [bootId, stat] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
  ])
  // Field 22 of proc_pid_stat(5); the second field is a name in parentheses that may hold anything.
  const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return { pid, bootId: bootId.trim(), startTicks }
}
