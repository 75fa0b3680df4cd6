import { EmbeddedEngine } from './embedded-engine.ts'
import { describeEngine } from './engine-contract.ts'

describeEngine('embedded', async (folder) => {
  const engine = await EmbeddedEngine.open({ folder })
  return { engine, stop: () => engine.stop() }
})
