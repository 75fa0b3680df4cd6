// The Chromium that comes with `npm ci`, unpacked once for each version, with a font that has Korean.
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const ROOT = join(import.meta.dirname, '..', '..')

/** A browser, or the reason why none can start here. Close it when done. */
export async function startBrowser(): Promise<Browser | string> {
  const home = await unpack().catch((error: Error) => error)
  const reasons: string[] = []
  const candidates = home instanceof Error ? [] : [home.executable]
  if (home instanceof Error) reasons.push(home.message)
  for (const executablePath of [...candidates, '/usr/bin/chromium']) {
    try {
      const env = { ...process.env, ...(home instanceof Error ? {} : { XDG_DATA_HOME: home.data }) } as Record<
        string,
        string
      >
      return await chromium.launch({ executablePath, args: ['--no-sandbox'], env })
    } catch (error) {
      reasons.push(`${executablePath}: ${String(error).split('\n')[0]}`)
    }
  }
  return reasons.join('; ')
}

// @sparticuz/chromium unpacks into TMPDIR and reuses whatever lies there, even of another version: each gets its own folder.
// Several test processes may come at once: each unpacks into a folder of its own, and the first to rename it wins.
async function unpack(): Promise<{ executable: string; data: string }> {
  const about = await readFile(join(ROOT, 'node_modules', '@sparticuz', 'chromium', 'package.json'), 'utf8')
  const { version } = JSON.parse(about) as { version: string }
  const home = join(tmpdir(), `clew-test-chromium-${version}`)
  const unpacked = { executable: join(home, 'chromium'), data: join(home, 'data') }
  const present: readonly string[] = await readdir(home).catch(() => [])
  if (present.includes('chromium')) return unpacked
  const fresh = await mkdtemp(`${home}-`)
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = fresh
  try {
    const { default: packed } = await import('@sparticuz/chromium')
    await packed.executablePath()
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
  await addFonts(join(fresh, 'data', 'fonts'))
  await rename(fresh, home).catch(() => rm(fresh, { recursive: true }))
  return unpacked
}

async function addFonts(folder: string): Promise<void> {
  const source = join(ROOT, 'node_modules', 'pretendard', 'dist', 'public', 'static')
  await mkdir(folder, { recursive: true })
  for (const weight of ['Regular', 'Medium', 'SemiBold', 'Bold'])
    await copyFile(join(source, `Pretendard-${weight}.otf`), join(folder, `Pretendard-${weight}.otf`))
}
