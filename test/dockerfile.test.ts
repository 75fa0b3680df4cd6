// The container image names every door at its usual port, for tools that read EXPOSE and for whoever writes `docker run -p`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DOORS } from '../packages/server/src/config/doors.ts'
import { defaultSettings } from '../packages/server/src/config/settings.ts'
import { ROOT } from './source-tree.ts'

it('the image exposes the port of every door', () => {
  const settings = defaultSettings()
  const ports = Object.values(DOORS).map(({ setting, kind }) => `${settings[setting]}${kind === 'udp' ? '/udp' : ''}`)
  const exposed = /^EXPOSE (.+)$/m.exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))![1]!.split(' ')
  expect(exposed.toSorted()).toEqual(ports.toSorted())
})
