// Builds the page into dist, which the server serves; `vite packages/web` serves it while it is written.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ['@clew/source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // One file of about 200 kB compressed, mostly React and react-aria, which every view needs at once.
    chunkSizeWarningLimit: 800,
  },
  server: { port: 2540, proxy: { '/clew': 'http://localhost:2539', '/openapi.json': 'http://localhost:2539' } },
})
