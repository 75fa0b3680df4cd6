#!/usr/bin/env -S MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072 node --max-semi-space-size=32 --no-parallel-scavenge
// The entry of the command. Its first line says how the process wants to be run (docs/adr/0006-process-flags.md): memory of
// large buffers goes back to the system when they are let go; the young generation is doubled, since a request leaves
// little behind but passes through it, and is collected by one thread, since no core is idle when it is. The thread pool
// must be sized before anything uses it, which inside an ES module is too late (imports run first): file syncs,
// decompression and the store's queries all wait for its threads, and the default of four would let a few slow syncs hold
// up everything else.
process.env.UV_THREADPOOL_SIZE ??= '16'

const fromSource = process.execArgv.some((argument) => argument.includes('@clew/source'))
import(fromSource ? '../src/main.ts' : '../dist/main.js').catch((error) => {
  console.error(error.code === 'ERR_MODULE_NOT_FOUND' ? `${error.message}\nBuild first: npm run build` : error)
  process.exitCode = 1
})
