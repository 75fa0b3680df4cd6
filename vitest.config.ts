// The one test configuration: every package is tested from its source, with no build before.
import { defineConfig } from 'vitest/config'

// As bin/clew.cjs does it: questions to the engine each hold a thread, and four would leave none for what must not wait.
process.env.UV_THREADPOOL_SIZE ??= '16'

export default defineConfig({
  resolve: { conditions: ['@clew/source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@clew/source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/src/**/*.test.tsx', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    pool: 'forks',
  },
})
